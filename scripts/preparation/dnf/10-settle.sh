#!/bin/bash
# Waits until the first boot has finished and the package database is not locked.
set -euo pipefail

echo '==> Waiting for cloud-init'
# Newer releases exit with 2 for "done, with recoverable errors", such as a deprecated key.
result=0
timeout 20m cloud-init status --wait >/dev/null || result=$?
if ((result == 124)); then
    cloud-init status --long >&2 || true
    echo 'cloud-init has not finished after 20 minutes: is one of its units disabled? See /var/log/cloud-init.log' >&2
    exit 1
elif ((result != 0 && result != 2)); then
    cloud-init status --long >&2 || true
    echo 'cloud-init failed on the build machine; see /var/log/cloud-init.log' >&2
    exit 1
fi

# For this boot only: the finished image keeps its timers.
systemctl stop dnf-makecache.timer dnf-makecache.service dnf5-makecache.timer dnf-automatic.timer dnf-automatic-install.timer \
    unbound-anchor.timer mlocate-updatedb.timer 2>/dev/null || true

echo '==> Waiting for other package managers'
for ((i = 0; i < 60; i++)); do
    busy=$(pgrep --list-name --exact 'dnf(-3|5|-automatic)?|yum|rpm' || true)
    [[ -n $busy ]] || break
    sleep 5
done
[[ -z $busy ]] || {
    echo "Another package manager has not finished after 5 minutes: $busy" >&2
    exit 1
}
