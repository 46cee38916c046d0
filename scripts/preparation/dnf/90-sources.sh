#!/bin/bash
# Keeps only the repositories of the distribution's own packages, not those of the build.
set -euo pipefail

echo '==> Checking the repositories'
for file in /etc/yum.repos.d/*.repo; do
    [[ -e $file ]] || continue
    # subscription-manager writes one when a system is registered; Anaconda and builds leave others.
    if [[ $file != */redhat.repo ]] && ! rpm --quiet -qf "$file"; then
        rm -f "$file"
    fi
done
dnf --quiet clean all
rm -rf /var/cache/dnf/* /var/cache/yum/* /var/cache/libdnf5/*
# Runs last, to see all files: restores the contexts, so that the first boot does not relabel the system.
fixfiles -R -a restore >/dev/null 2>&1 || restorecon -RF /etc /root /var /usr/local
