#!/bin/bash
# Updates all packages and makes sure that CST_PACKAGES are installed.
set -euo pipefail

mapfile -t packages < <(tr -s ' \n\t,' '\n' <<<"$CST_PACKAGES" | grep .)

missing() {
    local package
    for package in "${packages[@]}"; do
        # Another package may provide the name; one kernel does not replace another.
        if ! rpm --quiet -q "$package" && { [[ $package == kernel-* ]] || ! rpm --quiet -q --whatprovides "$package"; }; then
            printf '%s\n' "$package"
        fi
    done
}

# 102 and 103 mean success: the machine, or zypper itself, should be restarted.
run_zypper() {
    local code=0
    ZYPP_LOCK_TIMEOUT=600 zypper --non-interactive --quiet "$@" || code=$?
    ((code == 0 || code == 102 || code == 103))
}

# The repository of the installer medium disappears with the CD.
while read -r alias; do
    run_zypper removerepo "$alias"
done < <(zypper --quiet --terse repos --uri 2>/dev/null | awk -F'|' '$NF ~ /(cd|dvd|hd|dir):\// { gsub(/ /, "", $2); print $2 }')

if [[ -z $(zypper --quiet --terse repos --show-enabled-only 2>/dev/null) ]]; then
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
run_zypper refresh
# The first run may update only zypper itself.
run_zypper update --no-recommends --auto-agree-with-licenses
run_zypper update --no-recommends --auto-agree-with-licenses
mapfile -t missing_packages < <(missing)
# The kernel of cloud images has no drivers for VMware and XenServer; it conflicts with the one that replaces it.
if [[ " ${missing_packages[*]} " == *' kernel-default '* ]] && rpm --quiet -q kernel-default-base; then
    missing_packages+=('!kernel-default-base')
fi
((${#missing_packages[@]} == 0)) || run_zypper install --no-recommends --auto-agree-with-licenses "${missing_packages[@]}"
left=$(missing)
[[ -z $left ]] || {
    echo 'These packages are still not installed:' "$left" >&2
    exit 1
}

# Updates keep earlier kernels in addition to the newest; SUSE would remove them at the first boot of each clone.
mapfile -t earlier < <(rpm -q kernel-default --queryformat '%{VERSION}-%{RELEASE}\n' | grep -v ' ' | sort -V | sed '$d')
((${#earlier[@]} == 0)) || run_zypper remove "${earlier[@]/#/kernel-default=}"
rm -f /boot/do_purge_kernels
