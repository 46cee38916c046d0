#!/bin/bash
# Creates a bootable disk from the RPM repositories of Fedora, Enterprise Linux or a derivative, with this host's dnf and without an
# installer; the only virtual machine is the one that writes the boot loader.
#
# Environment, in addition to that of disk.sh and rpm.sh:
#   CST_MODULE_PLATFORM  platform of dnf's modules, for example platform:el9; empty if the release has none
# CST_PACKAGES may contain groups: @core.
set -euo pipefail
here=$(dirname "$(realpath "${BASH_SOURCE[0]}")")
# shellcheck source=scripts/builders/disk.sh
. "$here/disk.sh"
# shellcheck source=scripts/builders/keys.sh
. "$here/keys.sh"
# shellcheck source=scripts/builders/rpm.sh
. "$here/rpm.sh"
package_tool=dnf initramfs_name=/boot/initramfs-%s.img grub_arguments=GRUB_CMDLINE_LINUX boot_entries=bls
errors_unsigned='not signed|GPG check FAILED|Public key for .* is not|does not match|is incorrect|retrieval failed'
errors_missing="No match for argument|No package .* available|(Module or )?Group '?.*'? (is not|does not)"
errors_conflict='nothing provides|conflicting requests|Problem'
errors_full='No space left|more space needed'
errors_network='Curl error|Failed to download|Cannot download|Status code'

# Ignores this host's repositories and plug-ins, and accepts only packages signed by a pinned key.
write_configuration() {
    local each key
    {
        printf '%s\n' '[main]' gpgcheck=1 localpkg_gpgcheck=1 sslverify=1 plugins=0 install_weak_deps=0 best=1 \
            skip_if_unavailable=0 keepcache=0 retries=3 \
            excludepkgs=dracut-config-rescue "cachedir=$CST_WORK/cache" "reposdir=$CST_WORK/none" "varsdir=$CST_WORK/none" \
            "logdir=$CST_WORK"
        [[ -z ${CST_MODULE_PLATFORM:-} ]] || echo "module_platform_id=$CST_MODULE_PLATFORM"
        for each in $CST_REPOSITORIES; do
            printf '\n[%s]\n' "${each%%=*}"
            printf '%s\n' "name=${each%%=*}" "baseurl=$(place_of "$each")/" enabled=1 gpgcheck=1
            printf 'gpgkey='
            for key in "$keys"/*.asc; do
                printf 'file://%s ' "$key"
            done
            echo
        done
    } >"$CST_WORK/dnf.conf"
}

install_packages() {
    local tree=$1
    local -a packages
    read -r -a packages <<<"$CST_PACKAGES"
    write_configuration
    say 'Installing the packages'
    dnf --config="$CST_WORK/dnf.conf" --installroot="$tree" --releasever="$CST_RELEASE" --assumeyes --setopt=tsflags= \
        install "${packages[@]}" 2>&1 | tee "$CST_WORK/dnf.txt"
}

# check_packages TREE: resolves everything, also for another architecture; answering "no" ends it before packages are downloaded.
check_packages() {
    local -a packages
    read -r -a packages <<<"$CST_PACKAGES"
    write_configuration
    dnf --config="$CST_WORK/dnf.conf" --installroot="$1" --releasever="$CST_RELEASE" --forcearch="$CST_ARCH" --assumeno \
        install "${packages[@]}" >"$CST_WORK/dnf.txt" 2>&1 || grep -q 'Operation aborted' "$CST_WORK/dnf.txt"
}

# The signed boot loader reads its configuration from the EFI partition; that file only refers to the shared one.
boot_loader_commands() {
    local vendor stub=$CST_WORK/grub-stub.cfg
    echo "tar-in $CST_WORK/esp.tar /boot/efi"
    [[ -z $bios_target ]] || echo "sh \"grub2-install --target=$bios_target \$(grub2-probe --target=disk /boot)\""
    echo 'command "grub2-mkconfig -o /boot/grub2/grub.cfg"'
    vendor=$(tar --list --file="$CST_WORK/esp.tar" | sed -n '\|/EFI/BOOT/|d; s|^\./EFI/\([^/]*\)/grub.*\.efi$|\1|p' | sed -n 1p)
    [[ -n $vendor ]] || fail 2 "The definition's boot loader packages contain no GRUB for the EFI partition."
    # shellcheck disable=SC2016 # GRUB expands these.
    printf '%s\n' "search --no-floppy --fs-uuid --set=dev $root_uuid" 'set prefix=($dev)/boot/grub2' 'export prefix' \
        'configfile ($dev)/boot/grub2/grub.cfg' >"$stub"
    echo "upload $stub /boot/efi/EFI/$vendor/grub.cfg"
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
    require_programs dnf=dnf rpm=rpm curl=curl gpg=gpg
    check "${BASH_SOURCE[0]}"
    exit
fi
require_own_architecture
check_host dnf=dnf rpm=rpm curl=curl gpg=gpg
build "${BASH_SOURCE[0]}"
