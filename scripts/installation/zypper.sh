#!/bin/bash
# Runs inside the new system after SUSE's installer has finished, before the machine powers off.
set -euo pipefail

serial=ttyAMA0
[[ $(uname -m) != x86_64 ]] || serial=ttyS0

# Installers leave out packages that they don't find without a word; without cloud-init, the template is useless.
command -v cloud-init >/dev/null || {
    echo 'cloud-init was not installed: it is not on this medium. Register the system during the installation, or use another medium.' >&2
    exit 1
}

set_grub() {
    if grep -q "^$1=" /etc/default/grub; then
        sed -i "s|^$1=.*|$1=\"$2\"|" /etc/default/grub
    else
        echo "$1=\"$2\"" >>/etc/default/grub
    fi
}
arguments="console=tty0 console=$serial,115200n8"
# Without these, SUSE's kernel chooses AppArmor, whatever SELinux's own configuration says.
policy=/etc/selinux/targeted/contexts/files/file_contexts
[[ ! -e $policy ]] || arguments+=' security=selinux selinux=1'
# CloudStack's console shows tty0; operators debug on the serial port.
set_grub GRUB_CMDLINE_LINUX_DEFAULT "$arguments"
set_grub GRUB_TERMINAL 'console serial'
set_grub GRUB_SERIAL_COMMAND 'serial --unit=0 --speed=115200'
set_grub GRUB_TIMEOUT 2

# The installer ran with UEFI; the template must also boot with BIOS.
if [[ $serial == ttyS0 ]]; then
    grub2-install --target=i386-pc "$(grub2-probe --target=disk /boot)"
fi
# The signed boot loader, in the path that every firmware tries, with a reference to the shared configuration.
shim-install --removable --config-file=/boot/grub2/grub.cfg
grub2-mkconfig -o /boot/grub2/grub.cfg

# The installer's initramfs contains only the drivers of this machine.
mkdir -p /etc/dracut.conf.d
echo 'hostonly="no"' >/etc/dracut.conf.d/50-cloudstack.conf
dracut --force --regenerate-all

# SUSE's presets don't enable cloud-init; the preparation needs it for its login. Units without [Install] are started by others.
units=(sshd.service)
for unit in cloud-init-local cloud-init-main cloud-init-network cloud-init cloud-config cloud-final; do
    if grep -qsE '^(WantedBy|RequiredBy)=' "/usr/lib/systemd/system/$unit.service"; then
        units+=("$unit.service")
    fi
done
systemctl --quiet enable "${units[@]}"

# The product's defaults close SSH unless a person selects root's key during the installation.
if command -v firewall-offline-cmd >/dev/null && ! firewall-offline-cmd --zone=public --query-service=ssh >/dev/null; then
    firewall-offline-cmd --zone=public --add-service=ssh
fi

# The registration was only for the installation.
if command -v SUSEConnect >/dev/null && [[ -e /etc/SUSEConnect || -e /etc/zypp/credentials.d/SCCcredentials ]]; then
    SUSEConnect --de-register
    SUSEConnect --cleanup
fi

# YaST's records contain all answers.
rm -rf /var/adm/autoinstall /root/autoinst.xml

# Labels what was written without SELinux, so that the first boot can enforce its policy.
if [[ -e $policy ]]; then
    setfiles -m -F -e /dev -e /proc -e /sys -e /run -e /boot/efi "$policy" /
fi

# The build requires this line on the console, because installers also power off after errors. It is assembled here, because some
# installers print the script itself on the console.
printf 'cst: the installation is %s\n' complete >"/dev/$serial"
