#!/bin/bash
# Runs inside the new system after Anaconda has finished, before the machine powers off.
set -euo pipefail

if [[ $(uname -m) == x86_64 ]]; then
    efi_file=BOOTX64.EFI serial=ttyS0
    # Anaconda ran with UEFI and installed its boot loader; the template must also boot with BIOS.
    disk=$(grub2-probe --target=disk /boot)
    grub2-install --target=i386-pc "$disk"
else
    efi_file=BOOTAA64.EFI serial=ttyAMA0
fi

# Both kinds of firmware use one configuration. Since release 9 the file on the EFI partition only refers to it; on release 8 it is the
# whole configuration.
stub=$(find /boot/efi/EFI -mindepth 2 -maxdepth 2 -name grub.cfg -not -path '*/BOOT/*' | sed -n 1p)
[[ -n $stub ]] || {
    echo 'Anaconda did not write grub.cfg to the EFI partition.' >&2
    exit 1
}
# On release 8, GRUB's environment is a link to the EFI partition, which GRUB cannot follow under BIOS.
if [[ -L /boot/grub2/grubenv ]]; then
    environment=$(readlink -f /boot/grub2/grubenv)
    rm /boot/grub2/grubenv
    [[ ! -e $environment ]] || cp "$environment" /boot/grub2/grubenv
fi
[[ -e /boot/grub2/grubenv ]] || grub2-editenv /boot/grub2/grubenv create
grub2-mkconfig -o /boot/grub2/grub.cfg
if ! grep -q configfile "$stub"; then
    cat >"$stub" <<END
search --no-floppy --root-dev-only --fs-uuid --set=dev $(grub2-probe --target=fs_uuid /boot)
set prefix=(\$dev)$(grub2-mkrelpath /boot)/grub2
export \$prefix
configfile \$prefix/grub.cfg
END
fi
[[ -e /boot/efi/EFI/BOOT/$efi_file ]] || {
    echo "The boot loader's fallback path /boot/efi/EFI/BOOT/$efi_file is missing: UEFI machines without stored boot entries cannot boot." >&2
    exit 1
}

# Presets need not enable these; the preparation waits for cloud-init, which lets it log in.
for unit in cloud-init-local cloud-init-main cloud-init cloud-init-network cloud-config cloud-final; do
    if grep -qs '^\[Install\]' "/usr/lib/systemd/system/$unit.service"; then
        systemctl --quiet enable "$unit.service"
    fi
done

# The registration was only for the installation.
if command -v subscription-manager >/dev/null && subscription-manager identity >/dev/null 2>&1; then
    subscription-manager unregister
    subscription-manager clean
fi

# Anaconda's records contain all answers.
rm -f /root/anaconda-ks.cfg /root/original-ks.cfg
fixfiles -R -a restore >/dev/null 2>&1 || restorecon -RF /boot /etc /root /var

# The build requires this line on the console, because installers also power off after errors. It is assembled here, because some
# installers print the script itself on the console.
printf 'cst: the installation is %s\n' complete >"/dev/$serial"
