#!/bin/bash
# Logins: root has no password; CST_PASSWORD_ENABLED decides about the default user.
set -euo pipefail

echo '==> Setting the account and SSH policy'
# cloud-init makes the default user on a clone's first boot; here it would be a leftover of the build.
if getent passwd "$CST_DEFAULT_USER" >/dev/null; then
    # Its answer is an error, too, where the account is gone but not its home or mailbox.
    userdel --remove "$CST_DEFAULT_USER" 2>/dev/null || true
    if getent passwd "$CST_DEFAULT_USER" >/dev/null; then
        userdel "$CST_DEFAULT_USER"
    fi
    rm -rf "/home/${CST_DEFAULT_USER:?}"
fi
rm -f /etc/sudoers.d/90-cloud-init-users
usermod --password '!*' root

if [[ $CST_PASSWORD_ENABLED == true ]]; then passwords=yes; else passwords=no; fi
install -d -m 755 /etc/ssh/sshd_config.d
# cloud-init writes 50-cloud-init.conf, which wins over this file: what a user asks for in user data counts.
rm -f /etc/ssh/sshd_config.d/50-cloud-init.conf
cat >/etc/ssh/sshd_config.d/60-cloudstack.conf <<END
# Applies where cloud-init's ssh_pwauth says nothing else.
PermitRootLogin prohibit-password
PasswordAuthentication $passwords
KbdInteractiveAuthentication no
END
if ! grep -qE '^\s*Include\s+/etc/ssh/sshd_config.d/' /etc/ssh/sshd_config; then
    # Before OpenSSH 8.2 (Enterprise Linux 8) there are no drop-in files. cloud-init changes the lines of this file there.
    rm -f /etc/ssh/sshd_config.d/60-cloudstack.conf
    rmdir --ignore-fail-on-non-empty /etc/ssh/sshd_config.d
    sed -i -E '/^\s*(PermitRootLogin|PasswordAuthentication|ChallengeResponseAuthentication)\s/d' /etc/ssh/sshd_config
    sed -i "1i PermitRootLogin prohibit-password\nPasswordAuthentication $passwords\nChallengeResponseAuthentication no" /etc/ssh/sshd_config
fi
# Before the first clone's boot there are host keys of the build machine, so the configuration can be tried.
sshd -t

install -d -m 755 /usr/local/lib/cloudstack
cat >/usr/local/lib/cloudstack/ssh-host-keys <<'END'
#!/bin/sh
# Gives this machine SSH host keys of its own, whether or not cloud-init runs.
# A machine cloned from a running one's volume carries that one's keys; another instance id tells.
set -eu
owner=/etc/ssh/host-keys-instance
instance=$(cat /var/lib/cloud/data/instance-id 2>/dev/null || true)
if [ -n "$instance" ] && [ -e "$owner" ] && [ "$(cat "$owner")" != "$instance" ]; then
    rm -f /etc/ssh/ssh_host_*
    # Also writes the host keys that user data may hold.
    cloud-init single --name ssh --frequency always || true
fi
ssh-keygen -A
if [ -n "$instance" ]; then
    echo "$instance" >"$owner"
fi
END
chmod 755 /usr/local/lib/cloudstack/ssh-host-keys
# Debian's name for the server, and everybody else's.
server=ssh.service
[[ -e /usr/lib/systemd/system/$server || -e /lib/systemd/system/$server ]] || server=sshd.service
cat >/etc/systemd/system/ssh-host-keys.service <<END
[Unit]
Description=SSH host keys of this machine's own
# Names of both generations of cloud-init; the one that does not exist is ignored.
After=cloud-init.service cloud-init-network.service
Before=$server

[Service]
Type=oneshot
RemainAfterExit=yes
# By the shell: SELinux labels what lies below lib as a library, not as a program.
ExecStart=/bin/sh /usr/local/lib/cloudstack/ssh-host-keys

[Install]
WantedBy=$server multi-user.target
END
systemctl --quiet --no-reload enable ssh-host-keys.service
# Releases differ in which of the two starts the server; what is there stays.
if [[ ! -e /etc/systemd/system/sockets.target.wants/ssh.socket && ! -e /etc/systemd/system/multi-user.target.wants/$server ]]; then
    systemctl --quiet --no-reload enable "$server"
fi
