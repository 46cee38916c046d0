#!/bin/bash
# Runs inside the new system when Anaconda is done with it, before the machine powers off.
set -euo pipefail

if [[ $(uname -m) == x86_64 ]]; then
    efi_file=BOOTX64.EFI serial=ttyS0
    # Anaconda ran on UEFI and installed its boot loader; the template has to start by BIOS, too.
    disk=$(grub2-probe --target=disk /boot)
    grub2-install --target=i386-pc "$disk"
else
    efi_file=BOOTAA64.EFI serial=ttyAMA0
fi

# Both firmwares read one configuration. Since release 9 the one on the firmware's partition only points to it; release 8 has the
# whole of it there.
stub=$(find /boot/efi/EFI -mindepth 2 -maxdepth 2 -name grub.cfg -not -path '*/BOOT/*' | sed -n 1p)
[[ -n $stub ]] || {
    echo 'Anaconda has left no grub.cfg on the partition of the firmware.' >&2
    exit 1
}
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
    echo "The boot loader's fallback path /boot/efi/EFI/BOOT/$efi_file is missing: UEFI machines with empty memory can't start." >&2
    exit 1
}

# A registration was for the installation only.
if command -v subscription-manager >/dev/null && subscription-manager identity >/dev/null 2>&1; then
    subscription-manager unregister
    subscription-manager clean
fi

# Anaconda's record holds all answers.
rm -f /root/anaconda-ks.cfg /root/original-ks.cfg
fixfiles -R -a restore >/dev/null

# The build believes no installation whose console lacks this line: installers power off after errors, too. It is put together here, for
# some show the script itself on their console.
printf 'cst: the installation is %s\n' complete >"/dev/$serial"
