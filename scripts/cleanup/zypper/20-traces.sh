#!/bin/bash
# Removes what the build left behind: logs, caches, histories, backups, scratch files. Runs in the guest's file system.
set -euo pipefail
shopt -s nullglob dotglob

# Everything in root's home except the distribution's default files.
for file in /root/*; do
    case ${file##*/} in
        .bashrc | .bash_profile | .profile | bin) ;;
        *) rm -rf "$file" ;;
    esac
done
rm -f /home/*/.*_history /home/*/.wget-hsts

# Directories stay: services expect them, with their owners.
find /var/log -type f -delete
rm -rf /var/log/journal/* /var/log/YaST2 /var/log/zypp/* /var/log/agama-installation /var/log/audit/*
for file in /var/log/wtmp /var/log/btmp; do
    : >"$file"
    chgrp utmp "$file"
done
chmod 664 /var/log/wtmp
chmod 660 /var/log/btmp

# The records of YaST and Agama contain all answers of the installation.
rm -rf /var/adm/autoinstall /var/lib/YaST2/install.inf /var/lib/YaST2/cookies /var/lib/autoinstall

rm -rf /var/cache/zypp/* /var/cache/zypper/* /var/lib/zypp/AnonymousUniqueId /var/lib/zypp/LastDistributionFlavor \
    /var/adm/backup/*/* /etc/{passwd,shadow,group,gshadow,subuid,subgid}- /etc/.pwd.lock /var/cache/ldconfig/aux-cache \
    /var/lib/systemd/timers/* /var/lib/systemd/coredump/* /var/lib/systemd/linger/* /var/lib/misc/logrotate.status \
    /var/lib/private/systemd/* /var/lib/sudo/lectured/* /var/lib/chrony/drift /var/crash/* /var/spool/mail/* \
    /var/spool/cron/tabs/* /var/tmp/* /tmp/* /.autorelabel /swapfile
find /etc \( -name '*.rpmsave' -o -name '*.rpmnew' -o -name '*.rpmorig' \) -type f -delete
if [[ -e /etc/zypp/locks ]]; then
    : >/etc/zypp/locks
fi
