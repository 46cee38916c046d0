#!/bin/bash
# No login is possible until cloud-init has created the default user.
# checks: accounts.passwords accounts.extra accounts.superusers accounts.keys accounts.homes accounts.sudoers accounts.backups

# A locked hash can be unlocked with one command: only * and ! contain no password.
none accounts.passwords "No account has a password" "$({
    awk -F: '$2 !~ /^[!*]+$/ { print "/etc/shadow: " $1 ($2 == "" ? " has an empty password" : " has a password hash") }' \
        "$ROOT/etc/shadow" 2>/dev/null || echo "cannot read /etc/shadow"
    awk -F: '$2 != "x" && $2 !~ /^[!*]+$/ { print "/etc/passwd: " $1 " has a password field of its own" }' \
        "$ROOT/etc/passwd" 2>/dev/null || echo "cannot read /etc/passwd"
    awk -F: '$2 !~ /^[!*x]*$/ { print FILENAME ": group " $1 " has a password" }' \
        "$ROOT/etc/gshadow" "$ROOT/etc/group" 2>/dev/null
} || true)"

none accounts.extra "Only system accounts exist" \
    "$(awk -F: '$3 >= 1000 && $1 != "nobody" { print $1 " (" $3 ")" }' "$ROOT/etc/passwd" || true)"

none accounts.superusers "Only root has user id 0" \
    "$(awk -F: '$3 == 0 && $1 != "root" { print $1 }' "$ROOT/etc/passwd" || true)"

none accounts.keys "No account has an authorized key" \
    "$(everything | awk '$1 == "f" && $3 > 0 && /\/authorized_keys[^\/]*$/ && !/ \/usr\/share\//' | names)"

none accounts.homes "No user has a home directory" "$(files /home -maxdepth 1 ! -name lost+found)"

# SUSE's releases 16 keep the vendor's file, which one in /etc replaces, in /usr/etc.
rules=$(present /etc/sudoers /usr/etc/sudoers | sed -n 1p)
none accounts.sudoers "sudo has no rules for named users" "$({
    files /etc/sudoers.d ! -type d ! -name README
    settings "$rules" | grep -E 'NOPASSWD|^[[:space:]]*[a-z_]' |
        grep -vE '^[[:space:]]*(root|%?(sudo|admin|wheel))[[:space:]]|^[[:space:]]*@?include' | sed "s|^|$rules: |"
} || true)"

none accounts.backups "No backups of the account files exist" \
    "$(present /etc/passwd- /etc/shadow- /etc/group- /etc/gshadow- /etc/subuid- /etc/subgid- /etc/security/opasswd.old)"
