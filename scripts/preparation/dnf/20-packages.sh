#!/bin/bash
# Updates all packages and makes sure that CST_PACKAGES are installed.
set -euo pipefail

mapfile -t packages < <(tr -s ' \n\t,' '\n' <<<"$CST_PACKAGES" | grep .)

missing() {
    local package
    for package in "${packages[@]}"; do
        # A name is a package or a capability that a package provides (wget, for example, since Fedora 40).
        rpm --quiet -q "$package" || rpm --quiet -q --whatprovides "$package" || printf '%s\n' "$package"
    done
}

run_dnf() {
    dnf --quiet --assumeyes --setopt=install_weak_deps=False --setopt=retries=3 "$@"
}

if [[ -z $(dnf --quiet repolist --enabled 2>/dev/null | sed 1d) ]]; then
    # Without a registration there are no repositories: the packages of the medium must be enough.
    missing_packages=$(missing)
    [[ -z $missing_packages ]] || {
        echo "Cannot install packages because no repository is enabled:" "$missing_packages" >&2
        exit 1
    }
    echo '==> No repository is enabled: keeping the packages of the medium'
    exit 0
fi

echo '==> Updating packages'
run_dnf --refresh upgrade
mapfile -t missing_packages < <(missing)
((${#missing_packages[@]} == 0)) || run_dnf install "${missing_packages[@]}"
left=$(missing)
[[ -z $left ]] || {
    echo 'These packages are still not installed:' "$left" >&2
    exit 1
}
