#!/bin/bash
# Accounts and logins.
# shellcheck disable=SC1091 # sent after report.sh; found next to it when run by hand
[[ $(type -t report) == function ]] || source "$(dirname "${BASH_SOURCE[0]}")/report.sh"

sshd=$(command -v sshd || echo /usr/sbin/sshd)
root_login=$("$sshd" -T 2>/dev/null | awk '$1 == "permitrootlogin" {print $2}' || true)
if [[ $root_login == no || $root_login == prohibit-password || $root_login == without-password ]]; then
  report root-login "root cannot log in over SSH with a password" pass "PermitRootLogin $root_login"
else
  report root-login "root cannot log in over SSH with a password" fail "PermitRootLogin ${root_login:-unknown}"
fi

empty=$(awk -F: '$2 == "" {print $1}' /etc/shadow | paste -sd' ')
if [[ -z $empty ]]; then
  report empty-passwords "No account has an empty password" pass ""
else
  report empty-passwords "No account has an empty password" fail "$empty"
fi

# The user that runs these checks through sudo is the default user.
users=$(awk -F: '$3 >= 1000 && $3 < 60000 {print $1}' /etc/passwd | paste -sd' ')
if [[ $users == "${SUDO_USER:-}" ]]; then
  report users "The default user is the only user" pass "$users"
else
  report users "The default user is the only user" fail "${users:-none}; the default user is ${SUDO_USER:-unknown}"
fi

agents=$(systemctl list-units --plain --no-legend --state=active 'qemu-guest-agent*' | awk '{print $1}' | paste -sd' ')
if [[ -n $agents ]]; then
  report agent-service "The QEMU guest agent runs" pass "$agents"
else
  report agent-service "The QEMU guest agent runs" fail "the service qemu-guest-agent is not active"
fi

listening=$(ss -Hltn 2>/dev/null | awk '{print $4}' | grep -vE '^(127\.|\[::1\])' | sed 's/.*://' | sort -un | paste -sd' ' || true)
if [[ $listening == 22 ]]; then
  report open-ports "Only SSH listens" pass "port 22"
else
  report open-ports "Only SSH listens" warn "ports ${listening:-none}"
fi
