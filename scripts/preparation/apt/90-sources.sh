#!/bin/bash
# Writes the apt sources of the finished image, without the mirror of the build.
set -euo pipefail

echo '==> Writing the apt sources'
# shellcheck source=/dev/null
. /etc/os-release
keyring=/usr/share/keyrings/$ID-archive-keyring.gpg
[[ -r $keyring ]] || {
    echo "The archive's keyring $keyring is missing: the package $ID-archive-keyring should contain it." >&2
    exit 1
}
# shellcheck disable=SC2086 # one word per suite
suites=$(printf '%s\n' "$CST_SUITE" ${CST_SUITES:-} | awk '!seen[$0]++' | paste -sd' ')
rm -f /etc/apt/sources.list /etc/apt/sources.list.d/*
stanza() {
    printf 'Types: deb\nURIs: %s\nSuites: %s\nComponents: %s\nSigned-By: %s\n' "$1" "$2" "$CST_COMPONENTS" "$keyring"
}
{
    stanza "$CST_MIRROR" "$suites"
    if [[ -n ${CST_SECURITY_SUITE:-} ]]; then
        echo
        stanza "${CST_SECURITY_MIRROR:-$CST_MIRROR}" "$CST_SECURITY_SUITE"
    fi
} >"/etc/apt/sources.list.d/$ID.sources"
# Fails if apt cannot parse a file.
apt-get indextargets >/dev/null
apt-get clean
find /var/lib/apt/lists -mindepth 1 -delete
