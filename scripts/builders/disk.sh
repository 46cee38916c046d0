#!/bin/bash
# Shared by all bootstrap builders: creates the disk from the file tree that the family's package tool installs. The builders source
# this file; it does nothing by itself.
#
# Everything that takes time runs natively: mke2fs writes the root file system directly from the tree. Only steps that need the disk
# as a block device (GRUB) run in libguestfs's appliance, which may be emulated.
#
# Environment of every builder:
#   CST_ARCH        x86_64 or aarch64
#   CST_PACKAGES    all packages, kernel and boot loaders included
#   CST_DISK_SIZE   virtual size in bytes, a multiple of 2 MiB
#   CST_OUTPUT      the QCOW2 file to create, atomically
#   CST_WORK        scratch folder
#   CST_ACCELERATOR kvm or tcg
#   CST_MODE        root, or unshare for a user with subordinate ids; default: whichever this user can use
# Exit code: 1 the build failed, 2 wrong environment, 3 something is missing on this host, 4 a mirror failed.

say() { printf '==> %s\n' "$*"; }

fail() {
    local code=$1 name=${0##*/}
    shift
    printf "${name%.sh}: %s\n" "$@" >&2
    exit "$code"
}

# check_environment NAME…: variables required in addition to the common ones, without CST_.
check_environment() {
    local name
    [[ -n ${CST_MODE:-} ]] || CST_MODE=$([[ $EUID -eq 0 ]] && echo root || echo unshare)
    for name in "$@" ARCH PACKAGES DISK_SIZE OUTPUT WORK ACCELERATOR; do
        name=CST_$name
        [[ -n ${!name:-} ]] || fail 2 "$name is not set; the comment at the top of $0 lists the required variables."
    done
    if [[ ! $CST_DISK_SIZE =~ ^[0-9]+$ ]] || ((CST_DISK_SIZE < 2 << 30 || CST_DISK_SIZE % (2 << 20))); then
        fail 2 "CST_DISK_SIZE is '$CST_DISK_SIZE'; it must be a number of bytes, a multiple of 2 MiB, at least 2 GiB."
    fi
    [[ $CST_MODE == root || $CST_MODE == unshare ]] || fail 2 "CST_MODE is '$CST_MODE'; use root or unshare."
    [[ $CST_MODE == unshare || $EUID -eq 0 ]] || fail 2 "CST_MODE=root requires root; use CST_MODE=unshare."
    [[ $CST_ACCELERATOR == kvm || $CST_ACCELERATOR == tcg ]] ||
        fail 2 "CST_ACCELERATOR is '$CST_ACCELERATOR'; use kvm or tcg."
    emulator=
    [[ $CST_ARCH == "$(uname -m)" ]] || emulator=qemu-$CST_ARCH-static
}

# For builders that support only the host's architecture.
require_own_architecture() {
    [[ -z $emulator ]] ||
        fail 3 "This host is $(uname -m), the disk is for $CST_ARCH: its packages cannot be configured here. Use a $CST_ARCH host."
}

# For builders that let QEMU emulate the install scripts of packages.
require_emulation() {
    if [[ -n $emulator ]] && ! arch-test "$debian_arch" >/dev/null; then
        fail 3 "This host is $(uname -m), and its kernel does not know what starts $CST_ARCH programs, which the packages run." \
            "Run: cst doctor --arch $CST_ARCH --fix"
    fi
}

# Values per architecture.
# shellcheck disable=SC2034 # The builders use some of these.
choose_architecture() {
    case $CST_ARCH in
        x86_64)
            debian_arch=amd64 serial=ttyS0 efi_target=x86_64-efi efi_file=BOOTX64.EFI bios_target=i386-pc
            root_type=4F68BCE3-E8CD-4DB1-96E7-FBCAF984B709 elf_machine='\x3e'
            ;;
        aarch64)
            debian_arch=arm64 serial=ttyAMA0 efi_target=arm64-efi efi_file=BOOTAA64.EFI bios_target=
            root_type=B921B045-1DF0-41C3-AF44-4C6F280D3FAE elf_machine='\xb7'
            ;;
        *) fail 2 "CST_ARCH is '$CST_ARCH'; use x86_64 or aarch64." ;;
    esac
}

# require_programs PROGRAM=PACKAGE…: names every missing one.
require_programs() {
    local each missing=() packages=()
    for each in "$@"; do
        command -v "${each%%=*}" >/dev/null || missing+=("${each%%=*}") packages+=("${each#*=}")
    done
    ((${#missing[@]} == 0)) || fail 3 "Missing on this host: ${missing[*]}" "Install them: apt-get install --no-install-recommends ${packages[*]}"
}

# check_host PROGRAM=PACKAGE…: programs required in addition to the common ones.
check_host() {
    [[ -z $emulator ]] || set -- "$@" "$emulator=qemu-user-static" arch-test=arch-test
    [[ $CST_MODE == root ]] || set -- "$@" newuidmap=uidmap
    require_programs "$@" guestfish=guestfish qemu-img=qemu-utils sfdisk=fdisk mkfs.vfat=dosfstools mke2fs=e2fsprogs \
        e2fsck=e2fsprogs unshare=util-linux
    if [[ $CST_MODE == unshare ]] && ! grep -q "^$(id -un):" /etc/subuid /etc/subgid; then
        fail 3 "$(id -un) has no subordinate ids, which are required to install packages without root." \
            "Run: sudo usermod --add-subuids 100000-165535 --add-subgids 100000-165535 $(id -un)"
    fi
}

# check_space FOLDER…
check_space() {
    local folder
    for folder in "$@"; do
        (($(df --output=avail -B1 "$folder" | tail -1) > 4 << 30)) ||
            fail 3 "$folder has less than 4 GiB free, which creating the disk requires. Free some space, or set CST_HOME to another directory."
    done
}

# GPT with the root partition last, so that it can grow with the disk of an instance.
make_partitions() {
    local sector=512 align=2048 esp_start=4096
    esp_sectors=$((126 * 2048))
    [[ -n $bios_target ]] || esp_start=2048
    root_start=$((esp_start + esp_sectors))
    root_sectors=$(((CST_DISK_SIZE / sector - 34 - root_start) / align * align))
    root_offset=$((root_start * sector)) root_kib=$((root_sectors / 2))
    truncate -s "$CST_DISK_SIZE" "$disk"
    {
        echo 'label: gpt'
        [[ -z $bios_target ]] || echo 'start=2048, size=2048, type=21686148-6449-6E6F-744E-656564454649, name=bios'
        echo "start=$esp_start, size=$esp_sectors, type=C12A7328-F81F-11D2-BA4B-00A0C93EC93B, name=efi"
        echo "start=$root_start, size=$root_sectors, type=$root_type, name=root"
    } | sfdisk --quiet --no-reread --no-tell-kernel "$disk"
    # One FAT32 cluster per sector: with fewer than 65525 clusters, some firmware mistakes it for FAT16 and rejects it.
    mkfs.vfat -F 32 -s 1 -i "$esp_id" -n EFI --offset "$esp_start" "$disk" $((esp_sectors / 2)) >/dev/null
    [[ $CST_MODE == root ]] || chmod 666 "$disk"
}

# write_fstab TREE
write_fstab() {
    # nofail: the running system does not need the EFI partition, so a slow or damaged one must not stop the boot.
    cat >"$1/etc/fstab" <<END
UUID=$root_uuid / ext4 defaults,errors=remount-ro 0 1
UUID=${esp_id:0:4}-${esp_id:4} /boot/efi vfat umask=0077,nofail 0 2
END
    mkdir -p "$1/boot/efi"
}

# write_root TREE: writes the root partition through file descriptor 9. Runs in a separate mount namespace, where proc, dev and so on
# are hidden from the copy. The features are listed so that they do not depend on this host's mke2fs: older boot loaders cannot read
# the newest ones.
write_root() {
    local tree=$1 view folder
    view=$(mktemp -d)
    mount --bind "$tree" "$view"
    for folder in dev proc sys run tmp; do
        mount -t tmpfs -o "mode=$(stat -c %a "$view/$folder")" none "$view/$folder"
    done
    mke2fs -q -F -t ext4 -U "$root_uuid" -I 256 -d "$view" -E "offset=$root_offset,lazy_itable_init=0" \
        -O none,has_journal,ext_attr,resize_inode,dir_index,filetype,extent,64bit,flex_bg,sparse_super,large_file,huge_file,dir_nlink,extra_isize,metadata_csum \
        /proc/self/fd/9 "$root_kib"
}

check_root() {
    e2fsck -fn "$disk?offset=$root_offset" >"$CST_WORK/e2fsck.log" 2>&1 ||
        fail 1 "The root file system that mke2fs wrote is not clean:" "$(tail -5 "$CST_WORK/e2fsck.log")"
}

# The guestfish command that registers the emulator, which is attached as another disk, with the appliance's kernel.
emulate_in_appliance() {
    local registration
    registration=":cst:M::\\x7fELF\\x02\\x01\\x01$(printf '\\x00%.0s' {1..9})\\x02\\x00$elf_machine\\x00"
    registration+=":$(printf '\\xff%.0s' {1..7})\\x00$(printf '\\xff%.0s' {1..8})\\xfe\\xff\\xff\\xff:/tmp/emulator:OCF"
    echo "debug sh \"modprobe binfmt_misc && mount -t binfmt_misc none /proc/sys/fs/binfmt_misc" \
        "&& for disk in /dev/sd?; do head -c 4 \$disk | grep -q ELF && cp \$disk /tmp/emulator; done; chmod 755 /tmp/emulator" \
        "&& echo $(base64 -w0 <<<"$registration") | base64 -d > /proc/sys/fs/binfmt_misc/register\""
}

# The guestfish commands before and after those of the guest: its scripts find the appliance's shell and tools in /lent, which avoids
# emulation inside emulation, where each program takes seconds. They are mounted, not copied.
lend_in_appliance() {
    in_appliance <<'END'
set -e
cd /sysroot
mkdir lent
mount --bind /usr/bin lent
for folder in /lib64 /usr/lib/*-linux-gnu; do
    if [ -d "$folder" ] && [ ! -e ".$folder" ]; then
        mkdir ".$folder"
        mount --bind "$folder" ".$folder"
        echo "$folder" >>/tmp/lent
    fi
done
if chroot . /lent/true; then
    shell=$(chroot . /lent/readlink -f /bin/sh)
    mount --bind "$(readlink -f /bin/sh)" ".$shell"
    echo "$shell" >>/tmp/shell
else
    umount lent
fi
END
}

take_back_in_appliance() {
    in_appliance <<'END'
cd /sysroot
[ ! -e /tmp/shell ] || umount ".$(cat /tmp/shell)" lent
rmdir lent
while read -r folder; do
    umount ".$folder"
    rmdir ".$folder"
done </tmp/lent
END
}

# in_appliance: the guestfish command that runs the script on standard input in the appliance, outside the guest's root.
in_appliance() {
    echo "debug sh \"echo $(base64 -w0) | base64 -d | sh 2>&1\""
}

# Installs the boot loaders in libguestfs's appliance with the builder's 'boot_loader_commands'. libguestfs calls the disk sda; the
# kernel may use that name for the appliance's own disk, so programs must look the name up. Neither name may remain in the guest.
write_boot_loaders() {
    local esp=/dev/sda1 root=/dev/sda2 list=/var/tmp/boot-configuration more=()
    [[ -z $bios_target ]] || esp=/dev/sda2 root=/dev/sda3
    {
        echo run
        [[ -z $emulator ]] || emulate_in_appliance
        echo "mount $root /"
        echo "mount $esp /boot/efi"
        [[ -z $emulator ]] || lend_in_appliance
        boot_loader_commands
        [[ -z $emulator ]] || take_back_in_appliance
        echo "stat /boot/efi/EFI/BOOT/$efi_file"
        echo "sh \"cat /boot/grub*/grub.cfg \$(ls /boot/loader/entries/*.conf 2>/dev/null) >$list\""
        echo "download $list $CST_WORK/grub.cfg"
        echo "rm $list"
        echo 'umount-all'
    } >"$CST_WORK/boot-loaders.guestfish"
    if [[ -n $emulator ]]; then
        cp "$(command -v "$emulator")" "$CST_WORK/emulator"
        more+=(--add "$CST_WORK/emulator")
    fi
    guestfish --format=raw --add "$disk" "${more[@]}" --file "$CST_WORK/boot-loaders.guestfish" >"$CST_WORK/boot-loaders.log" 2>&1 || {
        tail -40 "$CST_WORK/boot-loaders.log" >&2
        explain_boot_loader_failure
    }
    if ! grep -q "root=UUID=$root_uuid" "$CST_WORK/grub.cfg" || grep -nE '/dev/[shvx]+d[a-z]' "$CST_WORK/grub.cfg" >&2; then
        fail 1 "GRUB's configuration does not find the root file system by its UUID: see $CST_WORK/grub.cfg."
    fi
}

explain_boot_loader_failure() {
    local kernel
    for kernel in "${SUPERMIN_KERNEL:-}" /boot/vmlinuz-*; do
        [[ ! -r $kernel ]] || fail 1 "Cannot write the boot loaders: see the lines above, or run libguestfs-test-tool."
    done
    fail 3 "libguestfs requires a kernel in /boot that $(id -un) can read." \
        "Install one (Debian: apt-get install linux-image-cloud-$debian_arch) or run: sudo chmod a+r /boot/vmlinuz-*"
}

publish() {
    qemu-img convert -f raw -O qcow2 "$disk" "$CST_OUTPUT.part" ||
        fail 3 "Cannot write the disk to $CST_OUTPUT.part: check free disk space."
    sync "$CST_OUTPUT.part"
    mv "$CST_OUTPUT.part" "$CST_OUTPUT"
}

clean_up() {
    rm -f "${disk:-}" "${keyring:-}" "${CST_WORK:+$CST_WORK/emulator}" "${CST_OUTPUT:+$CST_OUTPUT.part}"
}

# contain SCRIPT ARGUMENTS…: as root, package tools mount in the host's namespace, and a killed one would leave the mounts and its
# child processes behind. In new namespaces both end with the script. Without root, later steps create namespaces.
contain() {
    if [[ $EUID -eq 0 && -z ${CST_CONTAINED:-} ]] && unshare --mount --pid --fork true 2>/dev/null; then
        CST_CONTAINED=1 exec unshare --mount --pid --fork --kill-child --mount-proc bash "$@"
    fi
}

# Variables for the other functions.
# shellcheck disable=SC2034 # The builders use the drivers.
open_workplace() {
    export LC_ALL=C LIBGUESTFS_BACKEND=direct
    # Separates list items with single spaces.
    CST_PACKAGES=$(tr -s ' \n\t,' ' ' <<<"$CST_PACKAGES" | sed 's/^ //; s/ $//')
    [[ $CST_ACCELERATOR == kvm ]] || export LIBGUESTFS_BACKEND_SETTINGS=force_tcg
    mkdir -p "$CST_WORK" "$(dirname "$CST_OUTPUT")"
    CST_WORK=$(realpath "$CST_WORK")
    boot_drivers='virtio_pci virtio_blk virtio_scsi virtio_net xen-blkfront xen-netfront vmw_pvscsi mptspi mptsas mpt3sas vmxnet3 hv_vmbus hv_storvsc hv_netvsc ahci ata_piix ata_generic sym53c8xx megaraid_sas nvme sd_mod sr_mod cdrom isofs vfat nls_cp437 nls_ascii nls_iso8859-1 e1000 e1000e 8139cp ext4'
    root_uuid=$(</proc/sys/kernel/random/uuid)
    esp_id=$(od -An -N4 -tx4 /dev/urandom | tr -d ' ' | tr a-f A-F)
    disk=$CST_WORK/disk.raw
    trap clean_up EXIT
    trap 'exit 130' INT TERM
    rm -f "$disk"
}
