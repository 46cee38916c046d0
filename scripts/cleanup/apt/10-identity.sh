#!/bin/bash
# Removes the identity that all clones of the template would share. Runs in the guest's file system without booting it.
set -euo pipefail
shopt -s nullglob dotglob

rm -f /etc/ssh/ssh_host_* /etc/ssh/host-keys-instance /etc/machine-info \
    /var/lib/systemd/random-seed /var/lib/systemd/credential.secret /var/lib/urandom/random-seed \
    /etc/udev/rules.d/70-*

# Empty, not missing: systemd fills it at boot, even if the root is mounted read-only at first.
: >/etc/machine-id
# A link to the file above is kept.
[[ -L /var/lib/dbus/machine-id ]] || rm -f /var/lib/dbus/machine-id

# cloud-init sets the clone's name; until then the kernel's default applies.
: >/etc/hostname
if [[ -e /etc/hosts ]]; then
    sed -i '/^127\.0\.1\.1\s/d' /etc/hosts
fi

# State of cloud-init on the build machine: its instance, network cards and user.
rm -rf /var/lib/cloud /run/cloud-init /etc/netplan/*cloud-init* /etc/netplan/0*-installer*.yaml /etc/systemd/network/*cloud-init* \
    /etc/network/interfaces.d/50-cloud-init* /etc/sudoers.d/90-cloud-init-users /etc/ssh/sshd_config.d/50-cloud-init.conf
if [[ -e /etc/network/interfaces ]]; then
    # Installers write a stanza for the card of the build machine.
    printf '%s\n' 'source /etc/network/interfaces.d/*' '' 'auto lo' 'iface lo inet loopback' >/etc/network/interfaces
fi
rm -rf /var/lib/dhcp/* /var/lib/dhcpcd/* /var/lib/systemd/network/* /var/lib/NetworkManager/* /var/lib/cloudstack \
    /var/lib/systemd/timesync/clock
if [[ ! -L /etc/resolv.conf ]]; then
    : >/etc/resolv.conf
fi

# One-time keys of the build, in all accounts.
rm -rf /root/.ssh /home/*/.ssh/authorized_keys*
root_password=$(sed -n 's/^root:\([^:]*\):.*/\1/p' /etc/shadow)
if [[ $root_password != [!*]* ]]; then
    usermod --password '!*' root
fi
