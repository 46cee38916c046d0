#!/bin/bash
# Runs inside the new system after SUSE's installer has finished, before the machine powers off.
set -euo pipefail

case $(uname -m) in
    x86_64) serial=ttyS0 efi_target=x86_64-efi efi_file=bootx64.efi ;;
    *) serial=ttyAMA0 efi_target=arm64-efi efi_file=bootaa64.efi ;;
esac

set_grub() {
    if grep -q "^$1=" /etc/default/grub; then
        sed -i "s|^$1=.*|$1=\"$2\"|" /etc/default/grub
    else
        echo "$1=\"$2\"" >>/etc/default/grub
    fi
}
# CloudStack's console shows tty0; operators debug on the serial port.
set_grub GRUB_CMDLINE_LINUX_DEFAULT "console=tty0 console=$serial,115200n8"
set_grub GRUB_TERMINAL 'console serial'
set_grub GRUB_SERIAL_COMMAND 'serial --unit=0 --speed=115200'
set_grub GRUB_TIMEOUT 2

# The installer ran with UEFI and installed its boot loader; the template must also boot with BIOS.
if [[ $serial == ttyS0 ]]; then
    grub2-install --target=i386-pc "$(grub2-probe --target=disk /boot)"
fi
if [[ -z $(find /boot/efi/EFI -iname "$efi_file" -path '*/[Bb][Oo][Oo][Tt]/*') ]]; then
    grub2-install --target="$efi_target" --efi-directory=/boot/efi --no-nvram --removable
fi
grub2-mkconfig -o /boot/grub2/grub.cfg

# The installer's initramfs contains only the drivers of this machine.
mkdir -p /etc/dracut.conf.d
echo 'hostonly="no"' >/etc/dracut.conf.d/50-cloudstack.conf
dracut --force --regenerate-all

systemctl --quiet enable sshd.service

# The registration was only for the installation.
if command -v SUSEConnect >/dev/null && [[ -e /etc/SUSEConnect || -e /etc/zypp/credentials.d/SCCcredentials ]]; then
    SUSEConnect --de-register
    SUSEConnect --cleanup
fi

# YaST's records contain all answers.
rm -rf /var/adm/autoinstall /root/autoinst.xml

# The build requires this line on the console, because installers also power off after errors. It is assembled here, because some
# installers print the script itself on the console.
printf 'cst: the installation is %s\n' complete >"/dev/$serial"
