#!/bin/bash
# The installed packages, for the manifest.
# checks: packages.listed

# 'NAME VERSION ARCHITECTURE KIBIBYTES' of the installed packages. dpkg's names and versions contain no spaces.
installed=$(
    awk 'function tell() {
            if (status == "install ok installed") print name, version, architecture, size
            name = status = version = architecture = ""; size = 0
        }
        /^Package: / { tell(); name = $2 }
        /^Status: / { status = substr($0, 9) }
        /^Version: / { version = $2 }
        /^Architecture: / { architecture = $2 }
        /^Installed-Size: / { size = $2 }
        END { tell() }' "$ROOT/var/lib/dpkg/status"
)
# Skips invalid names, versions and architectures (dpkg's rules), so nothing needs escaping.
awk '/^[a-z0-9.+-]+ [A-Za-z0-9.+:~-]+ [a-z0-9-]+ [0-9]+$/ {
    printf "{\"package\":\"%s\",\"version\":\"%s\",\"architecture\":\"%s\",\"size\":%.0f}\n", $1, $2, $3, $4 * 1024
}' <<<"$installed"
fact cloudInit "$(awk '$1 == "cloud-init" { print $2 }' <<<"$installed")"
fact kernel "$(awk '$1 ~ /^linux-image-[0-9]/ { print substr($1, 13) " (" $2 ")" }' <<<"$installed")"
count=$(grep -c . <<<"$installed" || true)
fact packages "$count"
none packages.listed "The installed packages can be listed" "$([ "$count" -ge 50 ] || echo "dpkg lists only $count packages")"
