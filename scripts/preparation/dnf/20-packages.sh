#!/bin/bash
# Brings every package up to date and sees to it that all of CST_PACKAGES are installed.
set -euo pipefail

mapfile -t packages < <(tr -s ' \n\t,' '\n' <<<"$CST_PACKAGES" | grep .)

missing() {
    local package
    for package in "${packages[@]}"; do
        # A name may be that of a package or of something that one provides (wget, for example, since Fedora 40).
        rpm --quiet -q "$package" || rpm --quiet -q --whatprovides "$package" || printf '%s\n' "$package"
    done
}

run_dnf() {
    dnf --quiet --assumeyes --setopt=install_weak_deps=False --setopt=retries=3 "$@"
}

if [[ -z $(dnf --quiet repolist --enabled 2>/dev/null | sed 1d) ]]; then
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
run_dnf --refresh upgrade
mapfile -t lacking < <(missing)
((${#lacking[@]} == 0)) || run_dnf install "${lacking[@]}"
left=$(missing)
[[ -z $left ]] || {
    echo 'These packages are still not installed:' "$left" >&2
    exit 1
}
