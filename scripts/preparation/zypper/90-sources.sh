#!/bin/bash
# Keeps the distribution's own repositories; removes the identity of a registration and the cache.
set -euo pipefail

echo '==> Checking the repositories'
if command -v SUSEConnect >/dev/null && [[ -e /etc/zypp/credentials.d/SCCcredentials ]]; then
    SUSEConnect --de-register || true
    SUSEConnect --cleanup
fi
rm -rf /etc/SUSEConnect /etc/zypp/credentials.d/*
# openSUSE's own repositories are a service in a local directory; the services of a registration are remote.
for file in /etc/zypp/services.d/*.service; do
    [[ ! -e $file ]] || grep -qE '^url *= *(dir|file):/' "$file" || rm -f "$file"
done
zypper --non-interactive --quiet clean --all
if [[ -e /etc/selinux/config ]]; then
    # Restores the contexts, so that the first boot does not relabel the system.
    restorecon -RF /etc /root /var /usr/local
fi
