#!/bin/bash
# Makes a bootable disk from the RPM repositories of openSUSE and its like, with this host's zypper: no installer, no virtual
# machine but the one that writes the boot loader.
#
# Environment: that of disk.sh and rpm.sh. CST_PACKAGES may hold patterns: pattern:minimal_base.
set -euo pipefail
here=$(dirname "$(realpath "${BASH_SOURCE[0]}")")
# shellcheck source=scripts/builders/disk.sh
. "$here/disk.sh"
# shellcheck source=scripts/builders/rpm.sh
. "$here/rpm.sh"
initramfs_name=/boot/initrd-%s grub_words=GRUB_CMDLINE_LINUX_DEFAULT

# The index has to be signed by a pinned key; it holds the digest of every package. Packages of SUSE's, which are signed by other
# keys than openSUSE's, come with it.
write_configuration() {
    local each
    rm -rf "$CST_WORK/repos.d"
    mkdir -p "$CST_WORK/repos.d"
    for each in $CST_REPOSITORIES; do
        printf '%s\n' "[${each%%=*}]" "name=${each%%=*}" "baseurl=$(place_of "$each")/" type=rpm-md enabled=1 autorefresh=1 \
            gpgcheck=1 repo_gpgcheck=1 keeppackages=0 >"$CST_WORK/repos.d/${each%%=*}.repo"
    done
}

# 106: some repository was left out; 107: a package's script failed.
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
    run_zypper refresh && run_zypper install --no-recommends --auto-agree-with-licenses "${packages[@]}"
}

explain_failure() {
    local log=$CST_WORK/zypper.txt lines
    lines=$(grep -E -i 'signature verification failed|is not signed|unsigned|signed with (an )?unknown key|unknown.*key|Signature verification' "$log" | sort -u | head -3) &&
        [[ -n $lines ]] && fail 4 "$lines" "Nothing was installed: no pinned key has signed this." \
            "If the vendor has a new key, add it to the definition's 'keys' and 'bootstrap.keys'; else choose another mirror with --mirror."
    lines=$(grep -E "No provider of|not found in package names|Package '.*' not found|pattern.*not found" "$log" | sort -u | head -5) && [[ -n $lines ]] &&
        fail 2 "$lines" "Correct the definition's packages: the repositories of $mirror do not have these."
    lines=$(grep -E 'nothing provides|Problem:' "$log" | sort -u | head -5) && [[ -n $lines ]] &&
        fail 1 "$lines" "The repositories contradict each other: the mirror may be in the middle of an update. Try again later."
    ! grep -q 'No space left\|disk space' "$log" ||
        fail 3 "The disk that holds $CST_WORK is full. Free some space, or point CST_HOME elsewhere."
    lines=$(grep -E 'Download \(curl\) error|Timeout exceeded|Valid metadata not found|Could not' "$log" | sort -u | head -3) && [[ -n $lines ]] &&
        fail 4 "$lines" "The mirror $mirror broke off. Try again, or choose another mirror with --mirror."
    fail 1 "zypper failed; the reason stands in its last lines above and in $log."
}

# SUSE's shim-install puts the signed boot loader and what points to the common configuration where every firmware looks.
boot_loader_commands() {
    [[ -z $bios_target ]] || echo "sh \"grub2-install --target=$bios_target \$(grub2-probe --target=disk /boot)\""
    echo 'command "shim-install --removable"'
    echo 'command "grub2-mkconfig -o /boot/grub2/grub.cfg"'
    label_commands
}

if [[ ${1:-} == --tree ]]; then
    make_disk_root "$2"
    exit
fi
contain "${BASH_SOURCE[0]}" "$@"
check_environment RELEASE BUILD_MIRRORS REPOSITORIES KEYS
require_own_architecture
choose_architecture
open_workplace
check_host zypper=zypper rpm=rpm curl=curl gpg=gpg
build "${BASH_SOURCE[0]}"
