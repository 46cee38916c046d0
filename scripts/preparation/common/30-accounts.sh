#!/bin/bash
# Logins: root has no password; CST_PASSWORD_ENABLED applies to the default user.
set -euo pipefail

echo '==> Setting the account and SSH policy'
# cloud-init creates the default user on a clone's first boot; the account of the build machine must not stay.
if getent passwd "$CST_DEFAULT_USER" >/dev/null; then
    # userdel also fails if it removed the account but not the home directory or mailbox.
    userdel --remove "$CST_DEFAULT_USER" 2>/dev/null || true
    if getent passwd "$CST_DEFAULT_USER" >/dev/null; then
        userdel "$CST_DEFAULT_USER"
    fi
    rm -rf "/home/${CST_DEFAULT_USER:?}"
fi
rm -f /etc/sudoers.d/90-cloud-init-users
# Some vendors' images have a rule for that account; cloud-init writes one for each clone.
[[ ! -e /etc/sudoers ]] || sed -i -E "/^${CST_DEFAULT_USER}[[:space:]]/d" /etc/sudoers
usermod --password '!*' root

if [[ $CST_PASSWORD_ENABLED == true ]]; then passwords=yes; else passwords=no; fi
install -d -m 755 /etc/ssh/sshd_config.d
# cloud-init writes 50-cloud-init.conf, which overrides this file: user data takes precedence.
rm -f /etc/ssh/sshd_config.d/50-cloud-init.conf
cat >/etc/ssh/sshd_config.d/60-cloudstack.conf <<END
# Applies unless cloud-init's ssh_pwauth says otherwise.
PermitRootLogin prohibit-password
PasswordAuthentication $passwords
KbdInteractiveAuthentication no
END
# SUSE's releases 16 keep the vendor's file in /usr/etc. There must be none in /etc there: it would replace the vendor's as a whole.
configuration=/etc/ssh/sshd_config
[[ -e $configuration ]] || configuration=/usr/etc/ssh/sshd_config
[[ -e $configuration ]] || {
    echo 'There is no sshd_config in /etc/ssh or /usr/etc/ssh: install the SSH server, or add its package to the definition.' >&2
    exit 1
}
if ! grep -qE '^\s*Include\s+/etc/ssh/sshd_config.d/' "$configuration"; then
    [[ $configuration == /etc/* ]] || {
        echo "$configuration, which updates replace, does not read /etc/ssh/sshd_config.d: the SSH policy cannot be set." >&2
        exit 1
    }
    # Before OpenSSH 8.2 (Enterprise Linux 8) drop-in files are not supported: there cloud-init edits this file.
    rm -f /etc/ssh/sshd_config.d/60-cloudstack.conf
    rmdir --ignore-fail-on-non-empty /etc/ssh/sshd_config.d
    sed -i -E '/^\s*(PermitRootLogin|PasswordAuthentication|ChallengeResponseAuthentication)\s/d' /etc/ssh/sshd_config
    sed -i "1i PermitRootLogin prohibit-password\nPasswordAuthentication $passwords\nChallengeResponseAuthentication no" /etc/ssh/sshd_config
fi
# The host keys of the build machine still exist, so the configuration can be tested.
sshd -t -f "$configuration"

install -d -m 755 /usr/local/lib/cloudstack
cat >/usr/local/lib/cloudstack/ssh-host-keys <<'END'
#!/bin/sh
# Generates SSH host keys for this machine, even if cloud-init does not run.
# A clone of a running machine's volume contains that machine's keys, but has another instance id.
set -eu
owner=/etc/ssh/host-keys-instance
instance=$(cat /var/lib/cloud/data/instance-id 2>/dev/null || true)
if [ -n "$instance" ] && [ -e "$owner" ] && [ "$(cat "$owner")" != "$instance" ]; then
    rm -f /etc/ssh/ssh_host_*
    # Also writes host keys from user data.
    cloud-init single --name ssh --frequency always || true
fi
ssh-keygen -A
if [ -n "$instance" ]; then
    echo "$instance" >"$owner"
fi
END
chmod 755 /usr/local/lib/cloudstack/ssh-host-keys
# Debian's name of the service, and that of all other families.
server=ssh.service
[[ -e /usr/lib/systemd/system/$server || -e /lib/systemd/system/$server ]] || server=sshd.service
cat >/etc/systemd/system/ssh-host-keys.service <<END
[Unit]
Description=SSH host keys of this machine's own
# Names in old and new versions of cloud-init; systemd ignores the missing one.
After=cloud-init.service cloud-init-network.service
Before=$server

[Service]
Type=oneshot
RemainAfterExit=yes
# Started by the shell: SELinux labels files below lib as libraries, not as programs.
ExecStart=/bin/sh /usr/local/lib/cloudstack/ssh-host-keys

[Install]
WantedBy=$server multi-user.target
END
systemctl --quiet --no-reload enable ssh-host-keys.service
# Releases differ in which of the two starts the server; the existing one is kept.
if [[ ! -e /etc/systemd/system/sockets.target.wants/ssh.socket && ! -e /etc/systemd/system/multi-user.target.wants/$server ]]; then
    systemctl --quiet --no-reload enable "$server"
fi
