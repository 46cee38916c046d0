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

if [[ -e /etc/selinux/config ]]; then
    echo '==> Configuring SELinux'
    sed -i 's/^SELINUX=.*/SELINUX=enforcing/' /etc/selinux/config
    rm -f /.autorelabel /etc/selinux/.autorelabel
fi

echo '==> Creating the initramfs with the drivers of every hypervisor'
# dracut skips drivers that are missing in a kernel, with a message.
cat >/etc/dracut.conf.d/50-cloudstack.conf <<'END'
hostonly="no"
add_drivers+=" virtio_pci virtio_blk virtio_scsi virtio_net xen-blkfront xen-netfront vmw_pvscsi mptspi mptsas mpt3sas vmxnet3 hv_vmbus hv_storvsc hv_netvsc ahci ata_piix sd_mod sr_mod nvme e1000 e1000e "
END
dracut --force --regenerate-all 2>&1 | grep -vE "dracut(\[[A-Z]\])?: (Module|Executing|Including|\*\*\*)" || true

echo '==> Setting the consoles'
serial=ttyS0
[[ $CST_ARCH == x86_64 ]] || serial=ttyAMA0
names=''
# Only wicked needs the kernel's names of cards.
[[ -e /usr/lib/systemd/system/NetworkManager.service ]] || names=' net.ifnames=0'
sed -i '/^GRUB_CMDLINE_LINUX_DEFAULT=/d; /^GRUB_TERMINAL=/d; /^GRUB_SERIAL_COMMAND=/d; /^GRUB_TIMEOUT=/d' /etc/default/grub
cat >>/etc/default/grub <<END
GRUB_TIMEOUT=2
GRUB_TERMINAL="console serial"
GRUB_SERIAL_COMMAND="serial --unit=0 --speed=115200"
GRUB_CMDLINE_LINUX_DEFAULT="console=tty0 console=$serial,115200n8$names"
END
grub2-mkconfig -o /boot/grub2/grub.cfg >/dev/null 2>&1
