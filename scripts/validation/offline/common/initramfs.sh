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

# listing FILE: the names in an initramfs.
listing() {
    if ! command -v lsinitramfs >/dev/null; then
        lsinitrd "$1" | awk '{ print $NF }'
    elif ! archives "$1"; then
        lsinitramfs "$1"
    fi
}

# archives FILE: the names in an initramfs of uncompressed archives and a last one compressed with zstd, as Ubuntu builds it; fails for others.
# Ubuntu 24.04's lsinitramfs starts programs for each file in the uncompressed archives, which takes 14 minutes in an emulated appliance.
archives() {
    local next=0 size start
    size=$(stat -c %s "$1")
    while ((next < size)); do
        start=$(od -An -v -tx1 -j "$next" -N 6 "$1" | tr -d ' \n')
        case $start in
            303730373031) # "070701"; cpio stops after the archive's last block of 512 bytes
                {
                    dd bs=512 skip=$((next / 512)) count=0 status=none <&3
                    cpio --quiet -t <&3
                    read -r _ next </proc/self/fdinfo/3
                } 3<"$1"
                ;;
            000000000000) next=$((next + 512)) ;;
            28b52ffd*)
                tail -c "+$((next + 1))" "$1" | zstd -dcq | cpio --quiet -t
                return
                ;;
            *) return 1 ;;
        esac
    done
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
