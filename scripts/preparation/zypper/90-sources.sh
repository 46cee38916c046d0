#!/bin/bash
# Leaves the distribution's own repositories, no identity of a registration, and no cache.
set -euo pipefail

echo '==> Checking the repositories'
if command -v SUSEConnect >/dev/null && [[ -e /etc/zypp/credentials.d/SCCcredentials ]]; then
    SUSEConnect --de-register || true
    SUSEConnect --cleanup
fi
rm -rf /etc/SUSEConnect /etc/zypp/credentials.d/*
# A package of openSUSE's names its repositories by a service in a folder of this system; only a registration's are elsewhere.
for file in /etc/zypp/services.d/*.service; do
    [[ ! -e $file ]] || grep -qE '^url *= *(dir|file):/' "$file" || rm -f "$file"
done
zypper --non-interactive --quiet clean --all
if [[ -e /etc/selinux/config ]]; then
    # Contexts as the policy says, with no relabelling at the first boot.
    restorecon -RF /etc /root /var /usr/local
fi
