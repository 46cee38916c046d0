#!/bin/bash
# Makes a bootable disk from a Debian-like archive: no installer, no virtual machine but the one that writes the boot loader.
#
# Everything that takes time runs natively: packages and initramfs in mmdebstrap, the root file system by mke2fs straight from
# its tree. Only what needs the disk as a block device (GRUB) runs in libguestfs' appliance, which may be emulated.
#
# Environment:
#   CST_SUITE CST_SUITES CST_COMPONENTS  release, further suites of the same mirror, archive areas
#   CST_SECURITY_SUITE                   suite of the security mirror; empty where there is none
#   CST_BUILD_MIRROR CST_BUILD_SECURITY_MIRROR   where packages come from (no trace of it stays)
#   CST_KEYRING     file with the archive's signing keys
#   CST_ARCH        x86_64 or aarch64; where this host is another, QEMU emulates what packages run while they are installed
#   CST_PACKAGES    all packages, kernel and boot loaders included
#   CST_DISK_SIZE   virtual size in bytes, a multiple of 2 MiB
#   CST_OUTPUT      the QCOW2 file to make; there is never a half-written one
#   CST_WORK        scratch folder
#   CST_ACCELERATOR kvm or tcg
#   CST_MODE        root, or unshare for a user with subordinate ids; by default what this user can do
# Exit code: 1 the build failed, 2 wrong environment, 3 this host lacks something, 4 a mirror failed.
set -euo pipefail

say() { printf '==> %s\n' "$*"; }

fail() {
    local code=$1
    shift
    printf 'bootstrap-apt: %s\n' "$@" >&2
    exit "$code"
}

check_environment() {
    local name
    [[ -n ${CST_MODE:-} ]] || CST_MODE=$([[ $EUID -eq 0 ]] && echo root || echo unshare)
    for name in SUITE COMPONENTS BUILD_MIRROR KEYRING ARCH PACKAGES DISK_SIZE OUTPUT WORK ACCELERATOR; do
        name=CST_$name
        [[ -n ${!name:-} ]] || fail 2 "$name is not set; the head of $0 lists what it needs."
    done
    if [[ ! $CST_DISK_SIZE =~ ^[0-9]+$ ]] || ((CST_DISK_SIZE < 2 << 30 || CST_DISK_SIZE % (2 << 20))); then
        fail 2 "CST_DISK_SIZE is '$CST_DISK_SIZE'; it has to be a number of bytes, a multiple of 2 MiB and at least 2 GiB."
    fi
    [[ $CST_MODE == root || $CST_MODE == unshare ]] || fail 2 "CST_MODE is '$CST_MODE'; use root or unshare."
    [[ $CST_MODE == unshare || $EUID -eq 0 ]] || fail 2 "CST_MODE=root needs root; use CST_MODE=unshare."
    [[ $CST_ACCELERATOR == kvm || $CST_ACCELERATOR == tcg ]] ||
        fail 2 "CST_ACCELERATOR is '$CST_ACCELERATOR'; use kvm or tcg."
    emulator=
    [[ $CST_ARCH == "$(uname -m)" ]] || emulator=qemu-$CST_ARCH-static
}

# What differs between architectures.
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

check_host() {
    local tool folder
    local -A package=([mmdebstrap]=mmdebstrap [guestfish]=guestfish [qemu-img]=qemu-utils [sfdisk]=fdisk
        [mkfs.vfat]=dosfstools [mke2fs]=e2fsprogs [e2fsck]=e2fsprogs [unshare]=util-linux)
    [[ $CST_MODE == root ]] || package[newuidmap]=uidmap
    [[ -z $emulator ]] || package+=([$emulator]=qemu-user-static [arch-test]=arch-test)
    for tool in "${!package[@]}"; do
        command -v "$tool" >/dev/null ||
            fail 3 "'$tool' is missing. Install it: apt-get install --no-install-recommends ${package[$tool]}"
    done
    if [[ -n $emulator ]] && ! arch-test "$debian_arch" >/dev/null; then
        fail 3 "This host is $(uname -m), and its kernel does not know what starts $CST_ARCH programs, which the packages run." \
            "Run: cst doctor --arch $CST_ARCH --fix"
    fi
    [[ $CST_KEYRING =~ ^/[A-Za-z0-9._/+-]+$ ]] || fail 2 "CST_KEYRING is '$CST_KEYRING'; it has to be an absolute path without blanks."
    [[ -r $CST_KEYRING ]] ||
        fail 3 "The keyring $CST_KEYRING, which proves where packages come from, is missing or unreadable." \
            "Install the package that brings it (debian-archive-keyring or ubuntu-keyring)."
    if [[ $CST_MODE == unshare ]] && ! grep -q "^$(id -un):" /etc/subuid /etc/subgid; then
        fail 3 "$(id -un) has no subordinate ids, which mmdebstrap needs without root." \
            "Run: sudo usermod --add-subuids 100000-165535 --add-subgids 100000-165535 $(id -un)"
    fi
    for folder in "$CST_WORK" "$tree_parent"; do
        (($(df --output=avail -B1 "$folder" | tail -1) > 4 << 30)) ||
            fail 3 "$folder has less than 4 GiB free, which making the disk takes. Free some, or point CST_HOME elsewhere."
    done
}

# apt's own downloader sees the same proxy settings as mmdebstrap, and fails within seconds where mmdebstrap would retry long.
check_mirror() {
    local mirror=$1 suite=$2 answer
    answer=$(/usr/lib/apt/apt-helper -o Acquire::http::Timeout=20 -o Acquire::Retries=2 -o APT::Sandbox::User=root download-file \
        "$mirror/dists/$suite/InRelease" "$CST_WORK/InRelease" 2>&1) ||
        fail 4 "The mirror $mirror gives no release file for '$suite':" "$(tail -3 <<<"$answer")" \
            "See whether the URL opens in a browser, or choose another mirror with --mirror."
    rm -f "$CST_WORK/InRelease"
}

# signed-by: without it apt would also accept whatever keys this host trusts.
write_sources() {
    local suite
    for suite in "$CST_SUITE" ${CST_SUITES:-}; do
        printf 'deb [signed-by=%s] %s %s %s\n' "$CST_KEYRING" "$CST_BUILD_MIRROR" "$suite" "$CST_COMPONENTS"
    done
    if [[ -n ${CST_SECURITY_SUITE:-} ]]; then
        printf 'deb [signed-by=%s] %s %s %s\n' "$CST_KEYRING" "${CST_BUILD_SECURITY_MIRROR:-$CST_BUILD_MIRROR}" "$CST_SECURITY_SUITE" "$CST_COMPONENTS"
    fi
}

# GPT with the root last, so that it grows with the disk that CloudStack gives a virtual machine.
make_partitions() {
    local sector=512 align=2048 esp_start=4096
    esp_sectors=$((126 * 2048))
    [[ -n $bios_target ]] || esp_start=2048
    root_start=$((esp_start + esp_sectors))
    root_sectors=$(((CST_DISK_SIZE / sector - 34 - root_start) / align * align))
    truncate -s "$CST_DISK_SIZE" "$disk"
    {
        echo 'label: gpt'
        [[ -z $bios_target ]] || echo 'start=2048, size=2048, type=21686148-6449-6E6F-744E-656564454649, name=bios'
        echo "start=$esp_start, size=$esp_sectors, type=C12A7328-F81F-11D2-BA4B-00A0C93EC93B, name=efi"
        echo "start=$root_start, size=$root_sectors, type=$root_type, name=root"
    } | sfdisk --quiet --no-reread --no-tell-kernel "$disk"
    # One FAT32 cluster per sector: below 65525 clusters some firmware takes it for FAT16 and refuses it.
    mkfs.vfat -F 32 -s 1 -i "$esp_id" -n EFI --offset "$esp_start" "$disk" $((esp_sectors / 2)) >/dev/null
}

# --- These run inside mmdebstrap, in a new user namespace when there is no root; "$1" is the tree. ---

# Before any package beyond the essential ones is installed.
before_packages() {
    local tree=$1
    mkdir -p "$tree/etc/initramfs-tools" "$tree/etc/default/grub.d"
    # initramfs-tools' own choice (MODULES=most) leaves some of these out.
    {
        echo '# Drivers that another hypervisor may need to find its disk or network.'
        tr ' ' '\n' <<<"$boot_drivers"
    } >"$tree/etc/initramfs-tools/modules"
    mkdir -p "$tree/etc/modprobe.d"
    cat >"$tree/etc/modprobe.d/cloudstack.conf" <<'END'
# Hypervisors show an empty floppy drive; asking it for its contents holds up every boot.
blacklist floppy
END
    cat >"$tree/etc/default/grub.d/50-cloudstack.cfg" <<END
# CloudStack's console shows tty0; the serial port is what operators debug on.
GRUB_TIMEOUT=2
GRUB_RECORDFAIL_TIMEOUT=2
GRUB_TIMEOUT_STYLE=menu
GRUB_CMDLINE_LINUX_DEFAULT=""
GRUB_CMDLINE_LINUX="console=tty0 console=$serial,115200n8"
GRUB_TERMINAL="console serial"
GRUB_SERIAL_COMMAND="serial --unit=0 --speed=115200"
GRUB_DISABLE_OS_PROBER=true
END
    # Upgrades of the boot loader must not ask for a disk, whose name differs by hypervisor, and must keep the fallback path.
    chroot "$tree" debconf-set-selections <<'END'
grub-pc grub-pc/install_devices multiselect
grub-pc grub-pc/install_devices_empty boolean true
grub-efi-amd64 grub2/force_efi_extra_removable boolean true
grub-efi-amd64 grub2/update_nvram boolean false
grub-efi-arm64 grub2/force_efi_extra_removable boolean true
grub-efi-arm64 grub2/update_nvram boolean false
popularity-contest popularity-contest/participate boolean false
END
}

# The initramfs is made here, once; the kernel's package would make it before all drivers and tools are there.
make_initramfs() {
    local tree=$1 kernel driver
    kernel=$(cd "$tree/lib/modules" && printf '%s\n' * | sort -V | tail -1)
    chroot "$tree" update-initramfs -c -k "$kernel"
    chroot "$tree" lsinitramfs "/boot/initrd.img-$kernel" >"$tree/tmp/initramfs"
    for driver in $boot_drivers; do
        if ! chroot "$tree" modinfo -k "$kernel" "$driver" >"$tree/tmp/driver" 2>/dev/null; then
            echo "The kernel $kernel has no driver $driver."
        elif grep -q '^filename: *(builtin)' "$tree/tmp/driver"; then
            :
        elif ! grep -qE "/${driver//_/[-_]}\.ko" "$tree/tmp/initramfs"; then
            echo "The initramfs lacks the driver $driver, which the kernel $kernel has." >&2
            return 1
        fi
    done
}

configure_tree() {
    local tree=$1
    # nofail: the running system does not need the firmware's partition, so a slow or damaged one must not stop the boot.
    cat >"$tree/etc/fstab" <<END
UUID=$root_uuid / ext4 defaults,errors=remount-ro 0 1
UUID=${esp_id:0:4}-${esp_id:4} /boot/efi vfat umask=0077,nofail 0 2
END
    mkdir -p "$tree/boot/efi"
    # No package brings this file; installers write it.
    cat >"$tree/etc/hosts" <<'END'
127.0.0.1 localhost
::1 localhost ip6-localhost ip6-loopback
ff02::1 ip6-allnodes
ff02::2 ip6-allrouters
END
    # Tells the package grub-cloud to update the boot loaders with their packages; harmless without that package.
    [[ ! -e $tree/usr/share/doc/grub-cloud-$debian_arch ]] || touch "$tree/etc/grub.d/enable_cloud"
    rm -f "$tree"/etc/ssh/ssh_host_* "$tree/etc/hostname" "$tree/etc/resolv.conf" "$tree"/etc/apt/sources.list{,~} \
        "$tree"/etc/apt/apt.conf.d/??mmdebstrap "$tree"/etc/dpkg/dpkg.cfg.d/??mmdebstrap "$tree/var/lib/dbus/machine-id"
    # cloud-init's own default is en_US.UTF-8, which does not exist yet: its first boot would end in an error.
    [[ ! -d $tree/etc/cloud/cloud.cfg.d ]] || echo 'locale: C.UTF-8' >"$tree/etc/cloud/cloud.cfg.d/05_bootstrap.cfg"
    if [[ -e $tree/lib/systemd/systemd-resolved ]]; then
        ln -s ../run/systemd/resolve/stub-resolv.conf "$tree/etc/resolv.conf"
    else
        : >"$tree/etc/resolv.conf"
    fi
    # While it installs, mmdebstrap keeps services from being started; it would take that back after the copy.
    rm -f "$tree/usr/sbin/policy-rc.d"
    [[ ! -e $tree/sbin/start-stop-daemon.REAL ]] || mv -f "$tree/sbin/start-stop-daemon.REAL" "$tree/sbin/start-stop-daemon"
    : >"$tree/etc/machine-id"
    # Tells the preparation that asking the mirror again would bring nothing.
    touch "$tree/var/lib/cst-packages-current"
    rm -rf "$tree"/var/lib/apt/lists/* "$tree"/var/cache/apt/*.bin "$tree"/var/cache/apt/archives/*.deb "$tree"/var/log/apt/* \
        "$tree"/var/log/*.log "$tree"/var/cache/debconf/*-old "$tree"/var/lib/dpkg/*-old
}

# Runs in a mount namespace of its own, where proc, dev and the like are hidden from the copy.
# The features are named so that they don't depend on this host's mke2fs: older boot loaders can't read the newest ones.
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

# --- End of what runs inside mmdebstrap. ---

# The guestfish command after which the appliance's kernel starts the emulator, which it has as one more disk, for the guest's programs.
emulate_in_appliance() {
    local registration
    registration=":cst:M::\\x7fELF\\x02\\x01\\x01$(printf '\\x00%.0s' {1..9})\\x02\\x00$elf_machine\\x00"
    registration+=":$(printf '\\xff%.0s' {1..7})\\x00$(printf '\\xff%.0s' {1..8})\\xfe\\xff\\xff\\xff:/tmp/emulator:OCF"
    echo "debug sh \"modprobe binfmt_misc && mount -t binfmt_misc none /proc/sys/fs/binfmt_misc" \
        "&& for disk in /dev/sd?; do head -c 4 \$disk | grep -q ELF && cp \$disk /tmp/emulator; done; chmod 755 /tmp/emulator" \
        "&& echo $(base64 -w0 <<<"$registration") | base64 -d > /proc/sys/fs/binfmt_misc/register\""
}

# What libguestfs' appliance has to do: the boot loaders. libguestfs calls the disk sda; the kernel may have given that name to the
# appliance's own disk, so programs that run there have to ask. Neither name may stay.
write_boot_loaders() {
    local esp=/dev/sda1 root=/dev/sda2 more=()
    [[ -z $bios_target ]] || esp=/dev/sda2 root=/dev/sda3
    {
        echo run
        [[ -z $emulator ]] || emulate_in_appliance
        echo "mount $root /"
        echo "mount $esp /boot/efi"
        [[ -z $bios_target ]] || echo "sh \"grub-install --target=$bios_target --no-floppy \$(grub-probe --target=disk /boot)\""
        echo "command \"grub-install --target=$efi_target --no-nvram --uefi-secure-boot --force-extra-removable\""
        echo 'command "update-grub"'
        echo "stat /boot/efi/EFI/BOOT/$efi_file"
        echo "download /boot/grub/grub.cfg $CST_WORK/grub.cfg"
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
        fail 1 "GRUB's configuration does not name the root by its UUID: see $CST_WORK/grub.cfg."
    fi
}

explain_boot_loader_failure() {
    local kernel
    for kernel in "${SUPERMIN_KERNEL:-}" /boot/vmlinuz-*; do
        [[ ! -r $kernel ]] || fail 1 "The boot loaders could not be written: see the lines above, or run libguestfs-test-tool."
    done
    fail 3 "libguestfs needs a kernel under /boot that $(id -un) can read, and there is none." \
        "Install one (Debian: apt-get install linux-image-cloud-$debian_arch) or run: sudo chmod a+r /boot/vmlinuz-*"
}

# Every line of mmdebstrap, and before those that start a stage what it is.
show_progress() {
    local line
    while IFS= read -r line; do
        case $line in
            'I: running apt-get update'*) say 'Reading the package lists' ;;
            'I: downloading packages with apt'*) say 'Downloading the essential packages' ;;
            'I: installing essential packages'*) say 'Installing the essential packages' ;;
            'I: downloading apt'* | 'I: downloading remaining packages'*) say 'Downloading the packages' ;;
            'I: installing remaining packages'*) say 'Installing the packages' ;;
            'HOOK '*)
                say "${line#HOOK }"
                continue
                ;;
        esac
        printf '%s\n' "$line"
    done
}

install_packages() {
    # The hooks run as another user when there is no root: they get their code and the disk by inheritance, not by a path.
    # shellcheck disable=SC2016 # expanded by the shell that runs the hook
    local hook='bash -euo pipefail -c "$hook_code
\"\$@\"" hook'
    hook_code=$(declare -f before_packages make_initramfs configure_tree write_root)
    export hook_code boot_drivers serial debian_arch root_uuid esp_id root_offset root_kib
    # INITRD: see make_initramfs. The tree is thrown away after the copy: cleaning it is configure_tree's business.
    write_sources | INITRD=No TMPDIR=$tree_parent mmdebstrap --mode="$CST_MODE" --variant=minbase --format=null --skip=cleanup \
        --architectures="$debian_arch" --include="${CST_PACKAGES// /,}" \
        --aptopt='Acquire::Retries "3"' --aptopt='Acquire::Languages "none"' --dpkgopt=force-unsafe-io \
        --essential-hook="$hook before_packages \"\$1\"" \
        --customize-hook="echo 'HOOK Making the initramfs'; $hook make_initramfs \"\$1\"" \
        --customize-hook="echo 'HOOK Writing the root file system'; $hook configure_tree \"\$1\"; unshare --mount $hook write_root \"\$1\"" \
        "$CST_SUITE" /dev/null - 9<>"$disk" 2>&1 | tee "$CST_WORK/mmdebstrap.log" | show_progress ||
        explain_mmdebstrap_failure
}

explain_mmdebstrap_failure() {
    local log=$CST_WORK/mmdebstrap.log
    if grep -q 'No space left on device' "$log"; then
        fail 3 "The disk that holds $tree_parent and $CST_WORK is full. Free some space, or point CST_HOME elsewhere."
    elif grep -qE 'Unable to locate package|has no installation candidate' "$log"; then
        fail 2 "$(grep -E 'Unable to locate package|has no installation candidate' "$log" | sort -u)" \
            "Correct the definition's packages: the archive $CST_BUILD_MIRROR does not have these for $CST_SUITE."
    elif grep -qE 'NO_PUBKEY|EXPKEYSIG|is not signed' "$log"; then
        fail 4 "$(grep -E 'NO_PUBKEY|EXPKEYSIG|is not signed' "$log" | sort -u | head -3)" \
            "The keys in $CST_KEYRING do not prove what $CST_BUILD_MIRROR serves. Update the keyring's package, or choose another mirror."
    elif grep -qE 'Failed to fetch|Could not connect|Temporary failure resolving' "$log"; then
        fail 4 "$(grep -E 'Failed to fetch|Could not connect|Temporary failure' "$log" | sort -u | head -3)" \
            "The mirror $CST_BUILD_MIRROR broke off. Try again, or choose another mirror with --mirror."
    fi
    fail 1 "mmdebstrap failed; the reason stands in its last lines above and in $log."
}

check_root() {
    e2fsck -fn "$disk?offset=$root_offset" >"$CST_WORK/e2fsck.log" 2>&1 ||
        fail 1 "The root file system that mke2fs wrote is not clean:" "$(tail -5 "$CST_WORK/e2fsck.log")"
}

publish() {
    qemu-img convert -f raw -O qcow2 "$disk" "$CST_OUTPUT.part" ||
        fail 3 "The disk could not be written to $CST_OUTPUT.part: look for a full disk."
    sync "$CST_OUTPUT.part"
    mv "$CST_OUTPUT.part" "$CST_OUTPUT"
}

clean_up() {
    rm -f "${disk:-}" "${CST_WORK:+$CST_WORK/emulator}" "${CST_OUTPUT:+$CST_OUTPUT.part}"
}

# As root, mmdebstrap mounts in the host's namespace and a killed one would leave that behind, with processes of its own that write on:
# in here both end with this script, however it ends. Without root mmdebstrap has namespaces of its own.
if [[ $EUID -eq 0 && -z ${CST_CONTAINED:-} ]] && unshare --mount --pid --fork true 2>/dev/null; then
    CST_CONTAINED=1 exec unshare --mount --pid --fork --kill-child --mount-proc bash "${BASH_SOURCE[0]}" "$@"
fi

check_environment
choose_architecture
export LC_ALL=C LIBGUESTFS_BACKEND=direct
# Spaces between the words of a list, whatever separates them in the environment.
CST_PACKAGES=$(tr -s ' \n\t,' ' ' <<<"$CST_PACKAGES" | sed 's/^ //; s/ $//')
[[ $CST_ACCELERATOR == kvm ]] || export LIBGUESTFS_BACKEND_SETTINGS=force_tcg
mkdir -p "$CST_WORK" "$(dirname "$CST_OUTPUT")"
CST_WORK=$(realpath "$CST_WORK")
# Without root the tree belongs to a subordinate user, who can't enter a private home, where TMPDIR may be, too. Not /tmp: it may be memory.
tree_parent=$CST_WORK
[[ $CST_MODE == root ]] || tree_parent=/var/tmp
boot_drivers='virtio_pci virtio_blk virtio_scsi virtio_net xen-blkfront xen-netfront vmw_pvscsi mptspi mptsas mpt3sas vmxnet3 hv_vmbus hv_storvsc hv_netvsc ahci ata_piix ata_generic sym53c8xx megaraid_sas nvme sd_mod sr_mod cdrom isofs vfat nls_cp437 nls_ascii nls_iso8859-1 e1000 e1000e 8139cp ext4'
root_uuid=$(</proc/sys/kernel/random/uuid)
esp_id=$(od -An -N4 -tx4 /dev/urandom | tr -d ' ' | tr a-f A-F)
disk=$CST_WORK/disk.raw
trap clean_up EXIT
trap 'exit 130' INT TERM
rm -f "$disk"

say 'Checking this host and the mirror'
check_host
check_mirror "$CST_BUILD_MIRROR" "$CST_SUITE"
[[ -z ${CST_SECURITY_SUITE:-} ]] || check_mirror "${CST_BUILD_SECURITY_MIRROR:-$CST_BUILD_MIRROR}" "$CST_SECURITY_SUITE"
say 'Partitioning the disk'
make_partitions
root_offset=$((root_start * 512)) root_kib=$((root_sectors / 2))
[[ $CST_MODE == root ]] || chmod 666 "$disk"
install_packages
check_root
say 'Installing the boot loaders'
write_boot_loaders
say 'Writing the disk'
publish
say "Done: $CST_OUTPUT"
