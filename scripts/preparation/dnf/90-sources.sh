#!/bin/bash
# Leaves the repositories that the distribution's own packages bring, and no trace of the build's.
set -euo pipefail

echo '==> Checking the repositories'
for file in /etc/yum.repos.d/*.repo; do
    [[ -e $file ]] || continue
    # Subscription manager writes its own when a system is registered; Anaconda and builds leave others.
    if [[ $file != */redhat.repo ]] && ! rpm --quiet -qf "$file"; then
        rm -f "$file"
    fi
done
dnf --quiet clean all
rm -rf /var/cache/dnf/* /var/cache/yum/* /var/cache/libdnf5/*
# The last, for it has to see every file: contexts as the policy says, with no relabelling at the first boot.
fixfiles -R -a restore >/dev/null 2>&1 || restorecon -RF /etc /root /var /usr/local
