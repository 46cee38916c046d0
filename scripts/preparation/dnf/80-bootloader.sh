#!/bin/bash
# The kernel, its initramfs and the boot loader: the drivers and consoles of every hypervisor, and the settings by which a newer kernel
# that is installed on a clone is the one that its next boot starts.
set -euo pipefail

echo '==> Removing older kernels'
# Not with dnf: it keeps the running kernel, and older versions of dnf 5 have no option for this.
mapfile -t kernels < <(rpm --query --queryformat '%{INSTALLTIME} %{VERSION}-%{RELEASE}\n' kernel-core | grep '^[0-9]' | sort -n | cut -d ' ' -f 2)
for ((i = 0; i + 1 < ${#kernels[@]}; i++)); do
    mapfile -t packages < <(rpm --query --all --queryformat '%{VERSION}-%{RELEASE} %{NAME} %{NAME}-%{VERSION}-%{RELEASE}.%{ARCH}\n' 'kernel*' |
        awk -v old="${kernels[i]}" '$1 == old && $2 ~ /^kernel(-core|-modules(-core|-extra|-internal)?|-devel)?$/ { print $3 }')
    rpm --erase "${packages[@]}"
done
# The rescue image and its entry contain this machine's id. Entries of other machines' ids stay when their kernel is removed.
rm -f /boot/*-0-rescue-* /boot/loader/entries/*-0-rescue*.conf
for entry in /boot/loader/entries/*.conf; do
    [[ -e $entry ]] || continue
    kernel=$(sed -n 's/^linux[[:space:]]*//p' "$entry")
    [[ -e /boot/${kernel##*/} ]] || rm -f "$entry"
done

echo '==> Creating the initramfs with the drivers of every hypervisor'
# dracut skips drivers that are missing in a kernel, with a message.
cat >/etc/dracut.conf.d/50-cloudstack.conf <<'END'
hostonly="no"
add_drivers+=" virtio_pci virtio_blk virtio_scsi virtio_net xen-blkfront xen-netfront vmw_pvscsi mptspi mptsas mpt3sas vmxnet3 hv_vmbus hv_storvsc hv_netvsc ahci ata_piix sd_mod sr_mod nvme e1000 e1000e "
END
log=$(mktemp)
dracut --force --regenerate-all >"$log" 2>&1 || {
    tail -n 20 "$log" >&2
    echo 'dracut could not create the initramfs: see the lines above.' >&2
    exit 1
}
for kernel in /lib/modules/*/; do
    kernel=$(basename "$kernel")
    [[ ! -e /boot/vmlinuz-$kernel || -s /boot/initramfs-$kernel.img ]] || {
        echo "The kernel $kernel has no initramfs." >&2
        exit 1
    }
done

echo '==> Setting the consoles'
serial=ttyS0
[[ $CST_ARCH == x86_64 ]] || serial=ttyAMA0
arguments="console=tty0 console=$serial,115200n8 net.ifnames=0"
# with_consoles TEXT: kernel arguments without those of the build, then ours.
with_consoles() {
    {
        tr ' ' '\n' <<<"$1" |
            grep -vE '^(console=.*|rhgb|quiet|splash|crashkernel=.*|inst\..*|net\.ifnames=.*|resume=.*|BOOT_IMAGE=.*|initrd=.*)?$' || true
        echo "$arguments"
    } | paste -sd ' '
}
settings=/etc/default/grub
touch "$settings"
# shellcheck source=/dev/null
kept=$(with_consoles "$(. "$settings" && echo "${GRUB_CMDLINE_LINUX:-}")")
sed -i -E '/^GRUB_(CMDLINE_LINUX|TERMINAL(_OUTPUT)?|SERIAL_COMMAND|TIMEOUT|DEFAULT|ENABLE_BLSCFG)=/d' "$settings"
cat >>"$settings" <<END
GRUB_TIMEOUT=2
GRUB_DEFAULT=saved
GRUB_ENABLE_BLSCFG=true
GRUB_TERMINAL="console serial"
GRUB_SERIAL_COMMAND="serial --unit=0 --speed=115200"
GRUB_CMDLINE_LINUX="$kept"
END

# Of all kernels, only a new one of this package becomes the default: kernel-install stores it as saved_entry.
cat >/etc/sysconfig/kernel <<'END'
# A newly installed kernel becomes the default.
UPDATEDEFAULT=yes
DEFAULTKERNEL=kernel-core
END
# Release 8 links to a file on the EFI partition, which GRUB cannot follow under BIOS.
environment=/boot/grub2/grubenv
if [[ -L $environment ]]; then
    target=$(readlink -f "$environment")
    rm "$environment"
    [[ ! -e $target ]] || cp "$target" "$environment"
fi
[[ -e $environment ]] || grub2-editenv "$environment" create
grub2-mkconfig -o /boot/grub2/grub.cfg >"$log" 2>&1 || {
    tail -n 20 "$log" >&2
    echo 'grub2-mkconfig failed: see the lines above.' >&2
    exit 1
}
rm -f "$log"
# The only kernel is the default; the entry's name contains this machine's id.
grub2-editenv "$environment" unset saved_entry
grub2-editenv "$environment" unset next_entry
# The arguments of installed kernels: in their entries or, in release 8, in GRUB's environment; those of future ones in cmdline.
options=$(grub2-editenv "$environment" list | sed -n 's/^kernelopts=//p')
[[ -z $options ]] || grub2-editenv "$environment" set "kernelopts=$(with_consoles "$options")"
for entry in /boot/loader/entries/*.conf; do
    [[ -e $entry ]] || continue
    options=$(sed -n 's/^options[[:space:]]*//p' "$entry")
    # shellcheck disable=SC2016 # GRUB expands it.
    [[ $options != *'$kernelopts'* ]] || continue
    text=$(grep -v '^options[[:space:]]' "$entry")
    printf '%s\n' "$text" "options $(with_consoles "$options")" >"$entry"
done
if [[ -e /etc/kernel/cmdline ]]; then
    with_consoles "$(paste -sd ' ' /etc/kernel/cmdline)" >/etc/kernel/cmdline.new
    mv /etc/kernel/cmdline.new /etc/kernel/cmdline
fi
