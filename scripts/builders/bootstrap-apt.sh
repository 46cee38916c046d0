#!/bin/bash
# Creates a bootable disk from a Debian-like archive, without an installer; the only virtual machine is the one that writes the boot
# loader. Packages are configured and the initramfs is created natively, in mmdebstrap.
#
# Environment, in addition to that of disk.sh and keys.sh:
#   CST_SUITE CST_SUITES CST_COMPONENTS  release, further suites of the same mirror, archive areas
#   CST_SECURITY_SUITE                   suite of the security mirror; empty if there is none
#   CST_BUILD_MIRROR CST_BUILD_SECURITY_MIRROR   where packages are downloaded from (not kept in the image)
#   CST_TASK        build (default), or check: only whether the archive has all packages and they can be installed together
# Exit code: 1 the build failed, 2 wrong environment, 3 something is missing on this host, 4 a mirror failed.
set -euo pipefail
# shellcheck source=scripts/builders/disk.sh
. "$(dirname "${BASH_SOURCE[0]}")/disk.sh"
# shellcheck source=scripts/builders/keys.sh
. "$(dirname "${BASH_SOURCE[0]}")/keys.sh"

# write_keyring: the pinned keys in the format of apt. Unless started by root, it must be readable for the subordinate users.
write_keyring() {
    local key
    fetch_keys
    keyring=$(mktemp "$tree_parent/cst-keys.XXXXXX")
    for key in "$keys"/*.asc; do
        gpg --batch --no-autostart --no-options --dearmor <"$key" >>"$keyring"
    done
    chmod 644 "$keyring"
}

# apt's own downloader uses the same proxy settings as mmdebstrap, but fails within seconds where mmdebstrap would retry for long.
check_mirror() {
    local mirror=$1 suite=$2 answer
    answer=$(/usr/lib/apt/apt-helper -o Acquire::http::Timeout=20 -o Acquire::Retries=2 -o APT::Sandbox::User=root download-file \
        "$mirror/dists/$suite/InRelease" "$CST_WORK/InRelease" 2>&1) ||
        fail 4 "The mirror $mirror has no release file for '$suite':" "$(tail -3 <<<"$answer")" \
            "See whether the URL opens in a browser, or choose another mirror with --mirror."
    rm -f "$CST_WORK/InRelease"
}

# signed-by: without it apt would also accept every key that this host trusts.
write_sources() {
    local suite
    for suite in "$CST_SUITE" ${CST_SUITES:-}; do
        printf 'deb [signed-by=%s] %s %s %s\n' "$keyring" "$CST_BUILD_MIRROR" "$suite" "$CST_COMPONENTS"
    done
    if [[ -n ${CST_SECURITY_SUITE:-} ]]; then
        printf 'deb [signed-by=%s] %s %s %s\n' "$keyring" "${CST_BUILD_SECURITY_MIRROR:-$CST_BUILD_MIRROR}" "$CST_SECURITY_SUITE" "$CST_COMPONENTS"
    fi
}

# --- The following run inside mmdebstrap, in a new user namespace unless started by root; "$1" is the tree. ---

# Before any but the essential packages are installed.
before_packages() {
    local tree=$1
    # Releases have either; the defaults of both omit some drivers.
    if [[ " $CST_PACKAGES " == *' dracut '* ]]; then
        mkdir -p "$tree/etc/dracut.conf.d"
        printf 'hostonly="no"\nadd_drivers+=" %s "\n' "$boot_drivers" >"$tree/etc/dracut.conf.d/50-cloudstack.conf"
    else
        mkdir -p "$tree/etc/initramfs-tools"
        {
            echo '# Drivers that another hypervisor may need to find its disk or network.'
            tr ' ' '\n' <<<"$boot_drivers"
        } >"$tree/etc/initramfs-tools/modules"
    fi
    mkdir -p "$tree/etc/default/grub.d" "$tree/etc/modprobe.d"
    cat >"$tree/etc/modprobe.d/cloudstack.conf" <<'END'
# Hypervisors show an empty floppy drive; reading it would delay every boot.
blacklist floppy
END
    cat >"$tree/etc/default/grub.d/50-cloudstack.cfg" <<END
# CloudStack's console shows tty0; operators debug on the serial port.
GRUB_TIMEOUT=2
GRUB_RECORDFAIL_TIMEOUT=2
GRUB_TIMEOUT_STYLE=menu
GRUB_CMDLINE_LINUX_DEFAULT=""
GRUB_CMDLINE_LINUX="console=tty0 console=$serial,115200n8"
GRUB_TERMINAL="console serial"
GRUB_SERIAL_COMMAND="serial --unit=0 --speed=115200"
GRUB_DISABLE_OS_PROBER=true
END
    # Upgrades of the boot loader must not ask for a disk, whose name depends on the hypervisor, and must keep the fallback path. Debian asks
    # whether to write it too, Ubuntu whether not to.
    chroot "$tree" debconf-set-selections <<'END'
grub-pc grub-pc/install_devices multiselect
grub-pc grub-pc/install_devices_empty boolean true
grub-efi-amd64 grub2/force_efi_extra_removable boolean true
grub-efi-amd64 grub2/no_efi_extra_removable boolean false
grub-efi-amd64 grub2/update_nvram boolean false
grub-efi-arm64 grub2/force_efi_extra_removable boolean true
grub-efi-arm64 grub2/no_efi_extra_removable boolean false
grub-efi-arm64 grub2/update_nvram boolean false
popularity-contest popularity-contest/participate boolean false
END
}

# Creating an initramfs starts about ten thousand programs. If the guest's would be emulated, this host's are used instead, from a
# separate directory: files for the initramfs are named by their paths, and must be the guest's. Prints the libraries that were
# copied. Run it in a separate mount namespace.
lend_programs() {
    local tree=$1 folder=/tmp/lent name program library
    mkdir -p "$tree$folder"
    for name in awk basename bash cat chmod cp cpio cut depmod dirname env expr find grep gzip head id ln ls mkdir mktemp modinfo modprobe \
        mv readlink realpath rm rmdir sed sh sort tail tee touch tr uniq wc xargs xz zstd; do
        program=$(type -P "$name") || continue
        cp -L "$program" "$tree$folder/$name"
        for library in $(ldd "$program" 2>/dev/null | grep -oE '/[^ ]+'); do
            if [[ ! -e $tree$library ]]; then
                install -D -m 755 "$library" "$tree$library"
                printf '%s\n' "$library"
            fi
        done
    done
    sed "1s,.*,#!$folder/sh,; s,^export PATH=,&$folder:," "$tree/usr/sbin/mkinitramfs" >"$tree$folder/mkinitramfs"
    chmod 755 "$tree$folder/mkinitramfs"
    mount --bind "$tree$folder/mkinitramfs" "$tree/usr/sbin/mkinitramfs"
}

# take_back TREE LIBRARY…
take_back() {
    local tree=$1 library
    shift
    umount "$tree/usr/sbin/mkinitramfs"
    for library in "$@"; do
        rm "$tree$library"
        (cd "$tree" && rmdir --parents "$(dirname "${library#/}")" 2>/dev/null) || true
    done
    rm -r "$tree/tmp/lent"
}

# check_programs TREE INITRAMFS: programs of this host's architecture would not start in the guest.
check_programs() {
    local tree=$1 initramfs=$2 file
    chroot "$tree" unmkinitramfs "$initramfs" /tmp/unpacked
    while IFS= read -r -d '' file; do
        if [[ $(od -An -tx1 -N4 "$file") == ' 7f 45 4c 46' && $(od -An -tx1 -j18 -N1 "$file") != " ${elf_machine#??}" ]]; then
            echo "The initramfs contains a program of another architecture: ${file#"$tree/tmp/unpacked"}" >&2
            return 1
        fi
    done < <(find "$tree/tmp/unpacked" -type f -print0)
    rm -r "$tree/tmp/unpacked"
}

# The initramfs is created here, once; the kernel's package would create it before all drivers and tools are installed.
make_initramfs() {
    local tree=$1 kernel driver lends='' list=lsinitramfs lent=()
    kernel=$(cd "$tree/lib/modules" && printf '%s\n' * | sort -V | tail -1)
    if [[ ! -e $tree/usr/sbin/mkinitramfs ]]; then
        list=lsinitrd
    else
        lends=$emulator
    fi
    if [[ -n $lends ]]; then
        mapfile -t lent < <(lend_programs "$tree")
    fi
    chroot "$tree" update-initramfs -c -k "$kernel"
    if [[ -n $lends ]]; then
        take_back "$tree" "${lent[@]}"
        check_programs "$tree" "/boot/initrd.img-$kernel"
    fi
    chroot "$tree" "$list" "/boot/initrd.img-$kernel" >"$tree/tmp/initramfs"
    for driver in $boot_drivers; do
        if ! chroot "$tree" modinfo -k "$kernel" "$driver" >"$tree/tmp/driver" 2>/dev/null; then
            echo "The kernel $kernel has no driver $driver."
        elif grep -q '^filename: *(builtin)' "$tree/tmp/driver"; then
            :
        elif ! grep -qE "/${driver//_/[-_]}\.ko" "$tree/tmp/initramfs"; then
            echo "The driver $driver of the kernel $kernel is missing in the initramfs." >&2
            return 1
        fi
    done
}

configure_tree() {
    local tree=$1
    write_fstab "$tree"
    # No package contains this file; installers write it.
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
    # cloud-init's default is en_US.UTF-8, which does not exist yet: the first boot would report an error.
    [[ ! -d $tree/etc/cloud/cloud.cfg.d ]] || echo 'locale: C.UTF-8' >"$tree/etc/cloud/cloud.cfg.d/05_bootstrap.cfg"
    if [[ -e $tree/lib/systemd/systemd-resolved ]]; then
        ln -s ../run/systemd/resolve/stub-resolv.conf "$tree/etc/resolv.conf"
    else
        : >"$tree/etc/resolv.conf"
    fi
    # mmdebstrap prevents services from starting during the installation, and would undo that only after the copy.
    rm -f "$tree/usr/sbin/policy-rc.d"
    [[ ! -e $tree/sbin/start-stop-daemon.REAL ]] || mv -f "$tree/sbin/start-stop-daemon.REAL" "$tree/sbin/start-stop-daemon"
    : >"$tree/etc/machine-id"
    # Tells the preparation that the packages are up to date.
    touch "$tree/var/lib/cst-packages-current"
    rm -rf "$tree"/var/lib/apt/lists/* "$tree"/var/cache/apt/*.bin "$tree"/var/cache/apt/archives/*.deb "$tree"/var/log/apt/* \
        "$tree"/var/log/*.log "$tree"/var/cache/debconf/*-old "$tree"/var/lib/dpkg/*-old
}

# --- End of the functions that run inside mmdebstrap. ---

boot_loader_commands() {
    [[ -z $bios_target ]] || echo "sh \"grub-install --target=$bios_target --no-floppy \$(grub-probe --target=disk /boot)\""
    # Only Debian's GRUB has the last option; Ubuntu's writes the fallback path unless an option forbids it.
    echo "sh \"grub-install --target=$efi_target --no-nvram --uefi-secure-boot \$(grub-install --help | grep -o -e --force-extra-removable)\""
    # /lent: see lend_in_appliance.
    # shellcheck disable=SC2016 # The guest's shell expands it.
    echo 'sh "PATH=/lent:$PATH update-grub"'
}

# Prints every line of mmdebstrap, and a heading before each stage.
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
    # Unless started by root, the hooks run as another user: they inherit their code and the disk instead of opening a path.
    # shellcheck disable=SC2016 # expanded by the shell that runs the hook
    local hook='bash -euo pipefail -c "$hook_code
\"\$@\"" hook'
    hook_code=$(declare -f before_packages lend_programs take_back check_programs make_initramfs configure_tree write_fstab write_root)
    export hook_code boot_drivers serial debian_arch emulator elf_machine root_uuid esp_id root_offset root_kib
    # INITRD: see make_initramfs. The tree is discarded after the copy; configure_tree cleans it.
    write_sources | INITRD=No TMPDIR=$tree_parent mmdebstrap --mode="$CST_MODE" --variant=minbase --format=null --skip=cleanup \
        --architectures="$debian_arch" --include="${CST_PACKAGES// /,}" \
        --aptopt='Acquire::Retries "3"' --aptopt='Acquire::Languages "none"' --dpkgopt=force-unsafe-io \
        --essential-hook="$hook before_packages \"\$1\"" \
        --customize-hook="echo 'HOOK Creating the initramfs'; unshare --mount $hook make_initramfs \"\$1\"" \
        --customize-hook="echo 'HOOK Writing the root file system'; $hook configure_tree \"\$1\"; unshare --mount $hook write_root \"\$1\"" \
        "$CST_SUITE" /dev/null - 9<>"$disk" 2>&1 | tee "$CST_WORK/mmdebstrap.log" | show_progress ||
        explain_failure "$CST_WORK/mmdebstrap.log"
}

# Only the archive's indexes are downloaded. 'Dir' keeps apt away from this host's sources, but not from its proxy.
check_packages() {
    local folder=$CST_WORK/apt log=$CST_WORK/apt.log packages
    local apt=(apt-get --quiet=2 -o "Dir=$folder" -o "Dir::State::status=$folder/status" -o Dir::Etc::sourceparts=/dev/null
        -o "APT::Architecture=$debian_arch" -o "APT::Architectures=$debian_arch" -o APT::Sandbox::User=root -o APT::Get::AllowUnauthenticated=no
        -o Acquire::Languages=none -o Acquire::Retries=2 -o Acquire::http::Timeout=20 -o APT::Install-Recommends=no -o APT::Update::Error-Mode=any)
    mkdir -p "$folder"/{etc/apt/preferences.d,var/lib/apt/lists/partial,var/cache/apt/archives/partial}
    : >"$folder/status"
    write_sources >"$folder/etc/apt/sources.list"
    read -r -a packages <<<"$CST_PACKAGES"
    { "${apt[@]}" update && "${apt[@]}" --simulate install "${packages[@]}"; } >"$log" 2>&1 || explain_failure "$log"
}

# explain_failure LOG: exits with what apt wrote to it.
explain_failure() {
    local log=$1
    if grep -q 'No space left on device' "$log"; then
        fail 3 "The disk with $tree_parent and $CST_WORK is full. Free some space, or set CST_HOME to another directory."
    elif grep -qE 'Unable to locate package|has no installation candidate' "$log"; then
        fail 2 "$(grep -E 'Unable to locate package|has no installation candidate' "$log" | sort -u)" \
            "Correct the definition's packages: the archive $CST_BUILD_MIRROR does not have these for $CST_SUITE."
    elif grep -qE 'unmet dependencies|held broken packages' "$log"; then
        fail 4 "$(grep -E 'Depends:|PreDepends:|unmet dependencies' "$log" | sort -u | sed -n 1,3p)" \
            "The archive $CST_BUILD_MIRROR is inconsistent: the mirror may be updating. Try again later, or choose another mirror with --mirror."
    elif grep -qE 'Release file .* (is expired|is not valid yet)' "$log"; then
        fail 4 "$(grep -E 'Release file .* (is expired|is not valid yet)' "$log" | sort -u | sed -n 1,3p)" \
            "The mirror $CST_BUILD_MIRROR is out of date. Choose another mirror with --mirror, and check this host's clock."
    elif grep -qE 'NO_PUBKEY|EXPKEYSIG|is not signed' "$log"; then
        fail 4 "$(grep -E 'NO_PUBKEY|EXPKEYSIG|is not signed' "$log" | sort -u | sed -n 1,3p)" \
            "The definition's keys did not sign what $CST_BUILD_MIRROR serves. If the vendor has a new key, add it to 'keys' and 'bootstrap.keys'; else choose another mirror with --mirror."
    elif grep -qE 'Failed to fetch|Could not connect|Temporary failure resolving' "$log"; then
        fail 4 "$(grep -E 'Failed to fetch|Could not connect|Temporary failure' "$log" | sort -u | sed -n 1,3p)" \
            "The mirror $CST_BUILD_MIRROR broke off. Try again, or choose another mirror with --mirror."
    fi
    fail 1 "$(tail -3 "$log")" "The package tool failed; see $log."
}

contain "${BASH_SOURCE[0]}" "$@"
check_environment SUITE COMPONENTS BUILD_MIRROR KEYS
choose_architecture
open_workplace
# Without root the tree belongs to a subordinate user, who cannot enter a private home directory, and TMPDIR may be in one. Not /tmp: it may
# be in memory.
tree_parent=$CST_WORK
[[ $CST_MODE == root ]] || tree_parent=/var/tmp

say 'Checking this host and the mirror'
if [[ ${CST_TASK:-build} == check ]]; then
    require_programs apt-get=apt curl=curl gpg=gpg
else
    check_host mmdebstrap=mmdebstrap curl=curl gpg=gpg
    require_emulation
    check_space "$CST_WORK" "$tree_parent"
fi
check_mirror "$CST_BUILD_MIRROR" "$CST_SUITE"
[[ -z ${CST_SECURITY_SUITE:-} ]] || check_mirror "${CST_BUILD_SECURITY_MIRROR:-$CST_BUILD_MIRROR}" "$CST_SECURITY_SUITE"
write_keyring
if [[ ${CST_TASK:-build} == check ]]; then
    say 'Checking the packages'
    check_packages
    exit
fi
say 'Partitioning the disk'
make_partitions
install_packages
check_root
say 'Installing the boot loaders'
write_boot_loaders
say 'Writing the disk'
publish
say "Done: $CST_OUTPUT"
