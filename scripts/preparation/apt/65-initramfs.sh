#!/bin/bash
# The initramfs contains the drivers of every hypervisor, whatever the build machine has. The bootstrap has written the same files.
set -euo pipefail

echo '==> Creating the initramfs with the drivers of every hypervisor'
drivers='virtio_pci virtio_blk virtio_scsi virtio_net xen-blkfront xen-netfront vmw_pvscsi mptspi mptsas mpt3sas vmxnet3 hv_vmbus hv_storvsc hv_netvsc ahci ata_piix ata_generic sym53c8xx megaraid_sas nvme sd_mod sr_mod cdrom isofs vfat nls_cp437 nls_ascii nls_iso8859-1 e1000 e1000e 8139cp ext4'
changed=no
# put FILE: writes standard input to it, unless that is its content.
put() {
    local text
    text=$(cat)
    if [[ ! -e $1 || $(<"$1") != "$text" ]]; then
        mkdir -p "${1%/*}"
        printf '%s\n' "$text" >"$1"
        changed=yes
    fi
}
# Releases have either tool; both have the command update-initramfs.
if [[ -e /usr/sbin/mkinitramfs ]]; then
    {
        echo '# Drivers that another hypervisor may need to find its disk or network.'
        tr ' ' '\n' <<<"$drivers"
    } | put /etc/initramfs-tools/modules
else
    put /etc/dracut.conf.d/50-cloudstack.conf <<<"hostonly=\"no\"
add_drivers+=\" $drivers \""
fi
put /etc/modprobe.d/cloudstack.conf <<'END'
# Hypervisors show an empty floppy drive; reading it would delay every boot.
blacklist floppy
END
if [[ $changed == yes ]]; then
    update-initramfs -u -k all
fi
