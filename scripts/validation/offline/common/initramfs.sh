#!/bin/bash
# The drivers in every initramfs, so that one disk boots under each hypervisor.
# checks: initramfs.kvm initramfs.xenserver initramfs.vmware initramfs.hyperv initramfs.ide-sata

declare -A drivers=(
    [kvm]="virtio_blk virtio_scsi virtio_net virtio_pci sd_mod sr_mod"
    [xenserver]="xen_blkfront xen_netfront"
    [vmware]="vmw_pvscsi vmxnet3 mptspi mptsas e1000 e1000e"
    [hyperv]="hv_vmbus hv_storvsc hv_netvsc"
    [ide-sata]="ahci ata_piix nvme"
)
if [ "$CST_ARCH" = aarch64 ]; then drivers[ide-sata]="ahci nvme"; fi

# listing FILE: the names in an initramfs, by the system's own tool, which supports its format.
listing() {
    if command -v lsinitramfs >/dev/null; then
        lsinitramfs "$1"
    else
        lsinitrd "$1" | awk '{ print $NF }'
    fi
}

images=$(files /boot -maxdepth 1 -type f \( -name 'initrd.img-*' -o -name 'initramfs-*.img' -o -name 'initrd-*' \) \
    ! -name '*rescue*' ! -name '*kdump*')
declare -A missing
while read -r image; do
    if [ -z "$image" ]; then continue; fi
    version=${image##*/}
    version=${version#initrd.img-}
    version=${version#initramfs-}
    version=${version#initrd-}
    version=${version%.img}
    # Names of modules contain - or _, and the files may be compressed.
    have=" $({
        listing "$ROOT$image"
        settings "/lib/modules/$version/modules.builtin"
    } | sed -nE 's#.*/([^/]+)\.ko(\.(xz|zst|gz))?$#\1#p' | tr '\n-' ' _') "
    for hypervisor in "${!drivers[@]}"; do
        for driver in ${drivers[$hypervisor]}; do
            if [[ $have != *" $driver "* ]]; then missing[$hypervisor]+="$driver is missing in $image"$'\n'; fi
        done
    done
done <<<"$images"

for hypervisor in kvm xenserver vmware hyperv ide-sata; do
    title="The initramfs has the drivers for $hypervisor"
    found=${missing[$hypervisor]:-}
    if [ -z "$images" ]; then found="no initramfs in /boot"; fi
    if [ "$CST_ARCH" != x86_64 ] && [[ $hypervisor == xenserver || $hypervisor == vmware || $hypervisor == hyperv ]]; then
        skip "initramfs.$hypervisor" "$title" "$KVM_ONLY"
    else
        none "initramfs.$hypervisor" "$title" "${found%$'\n'}"
    fi
done
