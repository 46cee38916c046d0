#!/bin/bash
# Waits until the first boot has finished and no package manager is running.
set -euo pipefail

minutes=20
echo "==> Waiting for cloud-init, at most $minutes minutes"
status=0
timeout "${minutes}m" cloud-init status --wait >/dev/null || status=$?
# Newer releases exit with 2 for "done, with recoverable errors", such as a deprecated key.
if ((status != 0 && status != 2)); then
    cloud-init status --long >&2 || true
    if ((status == 124)); then
        echo "cloud-init did not finish within $minutes minutes; see /var/log/cloud-init.log and 'systemctl list-jobs'." >&2
    else
        echo 'cloud-init failed on the build machine; see /var/log/cloud-init.log' >&2
    fi
    exit 1
fi

# For this boot only: the finished image keeps its timers. A running update is allowed to finish. systemctl ignores units that do not exist.
echo '==> Stopping automatic updates, at most 15 minutes'
timeout 15m systemctl stop apt-daily.timer apt-daily-upgrade.timer apt-daily.service apt-daily-upgrade.service unattended-upgrades.service \
    dpkg-db-backup.timer man-db.timer \
    dnf-makecache.timer dnf-makecache.service dnf5-makecache.timer dnf-automatic.timer dnf-automatic-install.timer \
    unbound-anchor.timer mlocate-updatedb.timer \
    packagekit.service purge-kernels.service btrfsmaintenance-refresh.service 2>/dev/null || true

echo '==> Waiting for other package managers, at most 5 minutes'
for ((i = 0; i < 60; i++)); do
    busy=$(pgrep --list-name --exact 'apt-get|dpkg|dnf(-3|5|-automatic)?|yum|rpm|zypper' || true)
    [[ -n $busy ]] || exit 0
    sleep 5
done
echo "Another package manager has not finished after 5 minutes: $busy" >&2
exit 1
