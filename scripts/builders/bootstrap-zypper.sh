#!/bin/bash
# Creates a bootable disk from the RPM repositories of openSUSE or a derivative, with this host's zypper and without an installer; the
# only virtual machine is the one that writes the boot loader.
#
# Environment: that of disk.sh and rpm.sh. CST_PACKAGES may contain patterns: pattern:minimal_base.
set -euo pipefail
here=$(dirname "$(realpath "${BASH_SOURCE[0]}")")
# shellcheck source=scripts/builders/disk.sh
. "$here/disk.sh"
# shellcheck source=scripts/builders/keys.sh
. "$here/keys.sh"
# shellcheck source=scripts/builders/rpm.sh
. "$here/rpm.sh"
package_tool=zypper initramfs_name=/boot/initrd-%s grub_arguments=GRUB_CMDLINE_LINUX_DEFAULT boot_entries=menu
errors_unsigned='signature verification failed|is not signed|unsigned|signed with (an )?unknown key|unknown.*key'
errors_missing="No provider of|not found in package names|Package '.*' not found|pattern.*not found"
errors_conflict='nothing provides|Problem:'
errors_full='No space left|disk space'
errors_network='Download \(curl\) error|Timeout exceeded|Valid metadata not found|Could not'

# The index, which contains the digest of every package, must be signed by a pinned key. It also covers SUSE's packages, which are
# signed by other keys than openSUSE's.
write_configuration() {
    local each
    rm -rf "$CST_WORK/repos.d"
    mkdir -p "$CST_WORK/repos.d"
    for each in $CST_REPOSITORIES; do
        printf '%s\n' "[${each%%=*}]" "name=${each%%=*}" "baseurl=$(place_of "$each")/" type=rpm-md enabled=1 autorefresh=1 \
            gpgcheck=1 repo_gpgcheck=1 keeppackages=0 >"$CST_WORK/repos.d/${each%%=*}.repo"
    done
}

# 106: a repository was skipped; 107: a package's script failed.
run_zypper() {
    ZYPP_LOCK_TIMEOUT=60 zypper --root "$tree" --reposd-dir "$CST_WORK/repos.d" --cache-dir "$CST_WORK/cache" --non-interactive \
        --releasever "$CST_RELEASE" "$@" 2>&1 | tee -a "$CST_WORK/zypper.txt"
}

install_packages() {
    local tree=$1
    local -a packages
    read -r -a packages <<<"$CST_PACKAGES"
    write_configuration
    : >"$CST_WORK/zypper.txt"
    say 'Installing the packages'
    run_zypper refresh && run_zypper install --no-recommends --auto-agree-with-licenses "${packages[@]}" && configure_loader "$tree"
}

# check_packages TREE: resolves everything, also for another architecture, and downloads no package.
check_packages() {
    local tree=$1
    local -a packages
    read -r -a packages <<<"$CST_PACKAGES"
    write_configuration
    printf '[main]\narch = %s\n' "$CST_ARCH" >"$CST_WORK/zypp.conf"
    export ZYPP_CONF=$CST_WORK/zypp.conf
    : >"$CST_WORK/zypper.txt"
    { run_zypper refresh && run_zypper install --dry-run --no-recommends --auto-agree-with-licenses "${packages[@]}"; } >/dev/null
}

# Not before the packages, which would then look for the boot loader's disk.
configure_loader() {
    mkdir -p "$1/etc/sysconfig"
    printf '%s\n' 'LOADER_TYPE="grub2-efi"' 'SECURE_BOOT="yes"' 'UPDATE_NVRAM="no"' >"$1/etc/sysconfig/bootloader"
    # Without these, SUSE's kernel chooses AppArmor, whatever SELinux's own configuration says.
    [[ ! -e $1/etc/selinux/targeted/contexts/files/file_contexts ]] || more_arguments=' security=selinux selinux=1'
}

# SUSE's shim-install writes the signed boot loader, and a reference to the shared configuration, to the path that every firmware tries.
boot_loader_commands() {
    [[ -z $bios_target ]] || echo "sh \"grub2-install --target=$bios_target \$(grub2-probe --target=disk /boot)\""
    echo 'command "shim-install --removable"'
    echo 'command "grub2-mkconfig -o /boot/grub2/grub.cfg"'
    label_commands
}

case ${1:-} in
    --tree)
        make_disk_root "$2"
        exit
        ;;
    --check)
        check_tree "$2"
        exit
        ;;
esac
contain "${BASH_SOURCE[0]}" "$@"
check_environment RELEASE BUILD_MIRRORS REPOSITORIES KEYS
choose_architecture
open_workplace
if [[ ${CST_TASK:-build} == check ]]; then
    require_programs zypper=zypper rpm=rpm curl=curl gpg=gpg
    check "${BASH_SOURCE[0]}"
    exit
fi
require_own_architecture
check_host zypper=zypper rpm=rpm curl=curl gpg=gpg
build "${BASH_SOURCE[0]}"
