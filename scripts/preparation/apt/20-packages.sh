#!/bin/bash
# Updates all packages and makes sure that CST_PACKAGES are installed.
# CST_BUILD_MIRROR (and CST_BUILD_SECURITY_MIRROR) are used only here; 90-sources.sh writes the sources of the finished image.
set -euo pipefail

fresh_seconds=$((6 * 3600))
stamp=/var/lib/cst-packages-current
export DEBIAN_FRONTEND=noninteractive

mapfile -t packages < <(tr -s ' \n\t,' '\n' <<<"$CST_PACKAGES" | grep .)

all_installed() {
    local installed
    # One call: each takes seconds in an emulated machine. dpkg-query prints nothing for a name that dpkg has never seen.
    installed=$(dpkg-query -Wf '${db:Status-Status}\n' "${packages[@]}" 2>/dev/null | grep -cx installed || true)
    ((installed == ${#packages[@]}))
}

# The bootstrap leaves the stamp: an update right after it would take minutes in an emulated machine.
if [[ -e $stamp ]] && (($(date +%s) - $(stat -c %Y "$stamp") < fresh_seconds)) && all_installed; then
    echo '==> Packages are up to date: they have just been installed'
    exit 0
fi

# shellcheck source=/dev/null
. /etc/os-release
keyring=/usr/share/keyrings/$ID-archive-keyring.gpg
rm -f /etc/apt/sources.list /etc/apt/sources.list.d/*
{
    for suite in "$CST_SUITE" ${CST_SUITES:-}; do
        echo "deb [signed-by=$keyring] $CST_BUILD_MIRROR $suite $CST_COMPONENTS"
    done | awk '!seen[$0]++'
    if [[ -n ${CST_SECURITY_SUITE:-} ]]; then
        echo "deb [signed-by=$keyring] ${CST_BUILD_SECURITY_MIRROR:-$CST_SECURITY_MIRROR} $CST_SECURITY_SUITE $CST_COMPONENTS"
    fi
} >/etc/apt/sources.list.d/build.list

apt() {
    apt-get -qq -o DPkg::Lock::Timeout=600 -o Acquire::Retries=3 -o APT::Install-Recommends=false -o Dpkg::Use-Pty=0 \
        -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold "$@"
}
echo '==> Updating packages'
# Makes a failed index an error: the default is to continue with the old one.
apt -o APT::Update::Error-Mode=any update
apt full-upgrade
apt install "${packages[@]}"
apt autoremove --purge
touch "$stamp"
