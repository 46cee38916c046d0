#!/bin/bash
# Brings every package up to date and sees to it that all of CST_PACKAGES are installed.
set -euo pipefail

mapfile -t packages < <(tr -s ' \n\t,' '\n' <<<"$CST_PACKAGES" | grep .)

missing() {
    local package
    for package in "${packages[@]}"; do
        rpm --quiet -q "$package" || rpm --quiet -q --whatprovides "$package" || printf '%s\n' "$package"
    done
}

# 102 and 103 are no failures: the machine, or zypper itself, wants to be started anew.
run_zypper() {
    local code=0
    ZYPP_LOCK_TIMEOUT=600 zypper --non-interactive --quiet "$@" || code=$?
    ((code == 0 || code == 102 || code == 103))
}

# The medium's own repository is gone once the CD is.
while read -r alias; do
    run_zypper removerepo "$alias"
done < <(zypper --quiet --terse repos --uri 2>/dev/null | awk -F'|' '$NF ~ /(cd|dvd|hd|dir):\// { gsub(/ /, "", $2); print $2 }')

if [[ -z $(zypper --quiet --terse repos --show-enabled-only 2>/dev/null) ]]; then
    # A system that is not registered has no source of packages: what the medium had has to be enough.
    lacking=$(missing)
    [[ -z $lacking ]] || {
        echo "Cannot install packages, because no repository is enabled:" "$lacking" >&2
        exit 1
    }
    echo '==> No repository is enabled: the packages stay as the medium had them'
    exit 0
fi

echo '==> Updating the packages'
run_zypper refresh
# The first run may only update zypper itself.
run_zypper update --no-recommends --auto-agree-with-licenses
run_zypper update --no-recommends --auto-agree-with-licenses
mapfile -t lacking < <(missing)
((${#lacking[@]} == 0)) || run_zypper install --no-recommends --auto-agree-with-licenses "${lacking[@]}"
left=$(missing)
[[ -z $left ]] || {
    echo 'These packages are still not installed:' "$left" >&2
    exit 1
}
