#!/bin/bash
# Waits until the first boot has finished and the package database is not locked.
set -euo pipefail

echo '==> Waiting for cloud-init'
# Newer releases exit with 2 for "done, with recoverable errors", such as a deprecated key.
cloud-init status --wait >/dev/null || [[ $? -eq 2 ]] || {
    cloud-init status --long >&2 || true
    echo 'cloud-init failed on the build machine; see /var/log/cloud-init.log' >&2
    exit 1
}

# For this boot only: the finished image keeps its timers.
systemctl stop apt-daily.timer apt-daily-upgrade.timer apt-daily.service apt-daily-upgrade.service unattended-upgrades.service \
    dpkg-db-backup.timer man-db.timer 2>/dev/null || true
