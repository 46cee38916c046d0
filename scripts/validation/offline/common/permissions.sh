#!/bin/bash
# Files with too many permissions.
# checks: permissions.world-writable permissions.secrets permissions.setuid permissions.capabilities

# The last digit contains the permissions of other users, the first one the setuid, setgid and sticky bits.
none permissions.world-writable "No files are world-writable" \
    "$(everything | awk '$2 ~ /[2367]$/ && ($1 == "f" || $1 == "d" && $2 ~ /^[0246]/)' | names)"

none permissions.secrets "Secrets are not world-readable" \
    "$(for file in /etc/shadow /etc/gshadow /boot/grub/user.cfg /boot/grub2/user.cfg; do
        if [ -f "$ROOT$file" ]; then find "$ROOT$file" -perm /0007 -print | sed "s|^$ROOT||"; fi
    done)"

# Programs that every distribution ships this way.
known='(chage|chfn|chsh|crontab|at|dbus-daemon-launch-helper|expiry|fusermount3?|gpasswd|mount|newgidmap|newgrp|newuidmap|ntfs-3g|pam_extrausers_chk|pam_timestamp_check|passwd|pkexec|polkit-agent-helper-1|sg|snap-confine|ssh-agent|ssh-keysign|su|sudo|sudoedit|umount|unix_chkpwd|unix2_chkpwd|userhelper|usernetctl|utempter|wall|write|write\.ul|bsd-write|locate|plocate|mount\.nfs|mount\.cifs|grub2-set-bootflag|cockpit-session|vmware-user-suid-wrapper|postdrop|postqueue|lockdev|staprun|clockdiff|mtr-packet|dotlockfile|mlock|sendmail|exim4|camel-lock-helper-1\.2|Xorg\.wrap|isolate|sss_pac|krb5_child|ldap_child|selinux_child|proxy_child|p11_child|permctl)'
rarely permissions.setuid "No unknown programs run as another user" \
    "$(everything | awk '$1 == "f" && $2 ~ /^[2-7]/' | names | grep -vE "^/(usr/)?(bin|sbin|lib|lib64|libexec|lib/[^/]+(/[^/]+)*|libexec/[^/]+)/$known$" || true)"

if command -v getcap >/dev/null; then
    rarely permissions.capabilities "No unknown programs have capabilities" \
        "$(getcap -r "$ROOT/usr" 2>/dev/null | sed "s|^$ROOT||" | grep -vE '/(ping|arping|clockdiff|mtr-packet|newuidmap|newgidmap|gst-ptp-helper|snap-confine|systemd-detect-virt|fping|dumpcap|rlogin|rsh|rcp|suexec|kinit|gnome-keyring-daemon)[[:space:]]' || true)"
else
    skip permissions.capabilities "No unknown programs have capabilities" "the system has no getcap to list them"
fi
