#!/bin/bash
# Waits until the first boot has finished and the package database is not locked.
set -euo pipefail

minutes=15
echo "==> Waiting for cloud-init, at most $minutes minutes"
status=0
timeout "${minutes}m" cloud-init status --wait >/dev/null || status=$?
case $status in
    # Newer releases exit with 2 for "done, with recoverable errors", such as a deprecated key.
    0 | 2) ;;
    124)
        cloud-init status --long >&2 || true
        echo "cloud-init did not finish within $minutes minutes; see /var/log/cloud-init.log and 'systemctl list-jobs'." >&2
        exit 1
        ;;
    *)
        cloud-init status --long >&2 || true
        echo 'cloud-init failed on the build machine; see /var/log/cloud-init.log' >&2
        exit 1
        ;;
esac

# For this boot only: the finished image keeps its timers. A running update is allowed to finish.
echo "==> Stopping automatic updates, at most $minutes minutes"
timeout "${minutes}m" systemctl stop packagekit.service purge-kernels.service btrfsmaintenance-refresh.service 2>/dev/null || true
