#!/bin/bash
# Removes what the build left behind: logs, caches, histories, backups, scratch files. Runs in the guest's file system.
set -euo pipefail
shopt -s nullglob dotglob

# Everything in root's home except the distribution's default files.
for file in /root/*; do
    case ${file##*/} in
        .bashrc | .bash_profile | .bash_logout | .cshrc | .tcshrc | .profile) ;;
        *) rm -rf "$file" ;;
    esac
done
rm -f /home/*/.*_history /home/*/.wget-hsts

# Directories stay: services expect them, with their owners.
find /var/log -type f -delete
rm -rf /var/log/journal/* /var/log/anaconda /var/log/rhsm/* /var/log/audit/*
for file in /var/log/wtmp /var/log/btmp /var/log/lastlog; do
    : >"$file"
    chgrp utmp "$file"
done
chmod 664 /var/log/wtmp /var/log/lastlog
chmod 660 /var/log/btmp

rm -rf /var/cache/dnf/* /var/cache/yum/* /var/cache/libdnf5/* /var/lib/dnf/history* /var/lib/dnf/repos/* /var/lib/rpm/__db* \
    /etc/{passwd,shadow,group,gshadow,subuid,subgid}- /etc/.pwd.lock /var/cache/ldconfig/aux-cache /var/lib/systemd/timers/* \
    /var/lib/systemd/coredump/* /var/lib/systemd/linger/* /var/lib/logrotate/logrotate.status /var/lib/private/systemd/* \
    /var/lib/sudo/lectured/* /var/lib/chrony/drift /var/lib/rsyslog/* /var/crash/* /var/spool/abrt/* /var/spool/mail/* \
    /var/spool/cron/* /var/tmp/* /tmp/* /.autorelabel /swapfile
find /etc \( -name '*.rpmsave' -o -name '*.rpmnew' -o -name '*.rpmorig' \) -type f -delete
