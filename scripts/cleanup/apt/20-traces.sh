#!/bin/bash
# Removes what the build left behind: logs, caches, histories, backups, scratch files. Runs in the guest's file system.
set -euo pipefail
shopt -s nullglob dotglob

# Everything in root's home except the distribution's default files.
for file in /root/*; do
    case ${file##*/} in
        .bashrc | .profile) ;;
        *) rm -rf "$file" ;;
    esac
done
rm -f /home/*/.*_history /home/*/.wget-hsts

# Directories stay: services expect them, with their owners.
find /var/log -type f -delete
rm -rf /var/log/journal/* /var/log/installer
for file in /var/log/wtmp /var/log/btmp; do
    : >"$file"
    chgrp utmp "$file"
done
chmod 664 /var/log/wtmp
chmod 660 /var/log/btmp

rm -rf /var/lib/apt/lists/* /var/cache/apt/*.bin /var/cache/apt/archives/*.deb /var/cache/apt/archives/partial/* \
    /var/lib/apt/periodic/* /var/lib/cst-packages-current /var/lib/unattended-upgrades/* /var/backups/* /var/cache/debconf/*-old \
    /var/lib/dpkg/*-old /var/lib/dpkg/updates/* /etc/{passwd,shadow,group,gshadow,subuid,subgid}- /etc/.pwd.lock \
    /var/cache/ldconfig/aux-cache /var/lib/systemd/timers/* /var/lib/systemd/coredump/* \
    /var/lib/systemd/linger/* /var/lib/logrotate/status /var/lib/private/systemd/* /var/lib/sudo/lectured/* /var/lib/polkit-1/.cache \
    /var/crash/* /var/spool/mail/* /var/mail/* /var/spool/cron/crontabs/* /var/tmp/* /tmp/* /swap.img /swapfile \
    /etc/apt/sources.list.d/build.list /etc/apt/apt.conf.d/{90curtin-aptproxy,??mmdebstrap} /etc/dpkg/dpkg.cfg.d/??mmdebstrap /etc/apt/*.save
find /etc \( -name '*.dpkg-old' -o -name '*.dpkg-dist' -o -name '*.dpkg-new' -o -name '*.ucf-old' \) -type f -delete

if [[ -e /etc/apt/sources.list ]]; then
    sed -i '/^\s*deb\(-src\)\? cdrom:/d' /etc/apt/sources.list
fi
