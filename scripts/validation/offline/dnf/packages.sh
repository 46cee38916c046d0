#!/bin/bash
# The installed packages, for the manifest.
# checks: packages.listed

# 'NAME VERSION ARCHITECTURE BYTES' of the installed packages, without public keys. rpm's names and versions contain no spaces.
installed=$(rpm --root "${ROOT:-/}" --query --all \
    --queryformat '%{NAME} %{EPOCHNUM}:%{VERSION}-%{RELEASE} %{ARCH} %{SIZE}\n' 2>/dev/null |
    sed 's/ 0:/ /' | grep -v '^gpg-pubkey ' || true)
# Skips invalid names, versions and architectures (rpm's rules), so nothing needs escaping.
awk '/^[A-Za-z0-9._+-]+ [A-Za-z0-9._+~^:-]+ [a-z0-9_]+ [0-9]+$/ {
    printf "{\"package\":\"%s\",\"version\":\"%s\",\"architecture\":\"%s\",\"size\":%.0f}\n", $1, $2, $3, $4
}' <<<"$installed"
fact cloudInit "$(awk '$1 == "cloud-init" { print $2 }' <<<"$installed")"
fact kernel "$(awk '$1 == "kernel-core" || $1 == "kernel-default" { print $2 }' <<<"$installed")"
count=$(grep -c . <<<"$installed" || true)
fact packages "$count"
none packages.listed "The installed packages can be listed" "$([ "$count" -ge 50 ] || echo "rpm lists only $count packages")"
