#!/bin/bash
# Locale, time, firewall, the drivers of every hypervisor, and the consoles.
set -euo pipefail

echo '==> Setting locale and time'
if ! grep -qx "${CST_LOCALE%.utf8}" < <(locale -a | sed 's/utf8$/UTF-8/'); then
    echo "The locale '$CST_LOCALE' is not installed; add glibc-locale to the definition's packages." >&2
    exit 1
fi
echo "LANG=$CST_LOCALE" >/etc/locale.conf
[[ -e /usr/share/zoneinfo/$CST_TIMEZONE ]] || {
    echo "Unknown time zone '$CST_TIMEZONE': 'timezone' in the definition must be a name below /usr/share/zoneinfo." >&2
    exit 1
}
ln -sf "../usr/share/zoneinfo/$CST_TIMEZONE" /etc/localtime
systemctl --quiet --no-reload enable chronyd.service firewalld.service

# Cloud images and installers may have closed SSH.
if ! firewall-offline-cmd --zone=public --query-service=ssh >/dev/null; then
    firewall-offline-cmd --zone=public --add-service=ssh
fi
# It needs memory that the kernel's arguments reserve, and fails without.
systemctl --quiet --no-reload disable kdump.service kdump-early.service kdump-notify.service 2>/dev/null || true

# Enforcing without a policy, systemd would stop the boot.
selinux=''
if [[ -e /etc/selinux/config ]]; then
    type=$(sed -n 's/^SELINUXTYPE=//p' /etc/selinux/config)
    if [[ -e /etc/selinux/$type/contexts/files/file_contexts ]]; then
        echo '==> Configuring SELinux'
        sed -i 's/^SELINUX=.*/SELINUX=enforcing/' /etc/selinux/config
        rm -f /.autorelabel /etc/selinux/.autorelabel
        # Without these, SUSE's kernel chooses AppArmor.
        selinux=' security=selinux selinux=1'
    fi
fi

echo '==> Creating the initramfs with the drivers of every hypervisor'
# dracut skips drivers that are missing in a kernel, with a message.
cat >/etc/dracut.conf.d/50-cloudstack.conf <<'END'
hostonly="no"
add_drivers+=" virtio_pci virtio_blk virtio_scsi virtio_net xen-blkfront xen-netfront vmw_pvscsi mptspi mptsas mpt3sas vmxnet3 hv_vmbus hv_storvsc hv_netvsc ahci ata_piix sd_mod sr_mod nvme e1000 e1000e "
END
log=$(mktemp)
dracut --force --regenerate-all >"$log" 2>&1 || {
    tail -n 20 "$log" >&2
    rm -f "$log"
    echo 'dracut could not create the initramfs: see the lines above.' >&2
    exit 1
}
grep -vE "dracut(\[[A-Z]\])?: (Module|Executing|Including|\*\*\*)" "$log" || true
rm -f "$log"

echo '==> Setting the consoles and the boot loader'
serial=ttyS0
[[ $CST_ARCH == x86_64 ]] || serial=ttyAMA0
names=''
# Only wicked needs the kernel's names of cards.
[[ -e /usr/lib/systemd/system/NetworkManager.service ]] || names=' net.ifnames=0'

# kept VARIABLE: the vendor's words in it, without those that are set below, hide messages, or name memory and disks of the build machine.
kept() {
    sed -nE "s/^$1=[\"']?([^\"']*)[\"']?[[:space:]]*$/\1/p" /etc/default/grub | tail -n 1 | tr -s ' \t' '\n' |
        grep -vE '^$|^(console|crashkernel|net\.ifnames|quiet|resume|rhgb|root|security|selinux|splash)(=|$)' | paste -sd' ' || true
}
set_value() {
    sed -i "/^$2=/d" "$1"
    printf '%s="%s"\n' "$2" "$3" >>"$1"
}
more=$(kept GRUB_CMDLINE_LINUX_DEFAULT)
set_value /etc/default/grub GRUB_CMDLINE_LINUX "$(kept GRUB_CMDLINE_LINUX)"
set_value /etc/default/grub GRUB_CMDLINE_LINUX_DEFAULT "console=tty0 console=$serial,115200n8$names$selinux${more:+ $more}"
set_value /etc/default/grub GRUB_TERMINAL 'console serial'
set_value /etc/default/grub GRUB_SERIAL_COMMAND 'serial --unit=0 --speed=115200'
set_value /etc/default/grub GRUB_TIMEOUT 2

# Tells update-bootloader, which packages of kernels, GRUB and shim call, what to do on a clone. It looks for the disk itself, so it
# must not find the name of this machine's, and a clone's firmware must not get boot entries of the template.
mkdir -p /etc/sysconfig
touch /etc/sysconfig/bootloader
set_value /etc/sysconfig/bootloader LOADER_TYPE grub2-efi
set_value /etc/sysconfig/bootloader SECURE_BOOT yes
set_value /etc/sysconfig/bootloader UPDATE_NVRAM no
rm -f /etc/default/grub_installdevice /boot/grub2/device.map

# What updates have brought: GRUB for BIOS, and the signed one in the path that every UEFI firmware tries, with a reference to the shared
# configuration.
if [[ $CST_ARCH == x86_64 ]]; then
    grub2-install --target=i386-pc "$(grub2-probe --target=disk /boot)" >/dev/null
    # update-bootloader knows one type of boot loader only: on clones that start by BIOS, this does the same for theirs.
    cat >/etc/systemd/system/cloudstack-grub-bios.service <<'END'
[Unit]
Description=Installs an updated GRUB for BIOS
ConditionPathExists=!/sys/firmware/efi
RequiresMountsFor=/boot

[Service]
Type=oneshot
ExecStart=/bin/sh -c 'cmp -s /usr/share/grub2/i386-pc/normal.mod /boot/grub2/i386-pc/normal.mod || exec grub2-install --target=i386-pc "$$(grub2-probe --target=disk /boot)"'

[Install]
WantedBy=multi-user.target
END
    systemctl --quiet --no-reload enable cloudstack-grub-bios.service
fi
shim-install --removable --config-file=/boot/grub2/grub.cfg >/dev/null
grub2-mkconfig -o /boot/grub2/grub.cfg >/dev/null
