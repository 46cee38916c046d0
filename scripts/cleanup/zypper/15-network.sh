#!/bin/bash
# Removes references to the build machine's network card and its registration, in addition to 10-identity.sh.
set -euo pipefail
shopt -s nullglob

# NetworkManager's profiles contain a card's address and a unique id; cloud-init writes new ones for each clone.
rm -f /etc/NetworkManager/system-connections/*.nmconnection /etc/udev/rules.d/70-persistent-net.rules \
    /etc/lvm/devices/system.devices /etc/iscsi/initiatorname.iscsi
rm -rf /var/lib/wicked/*
for file in /etc/sysconfig/network/ifcfg-*; do
    if [[ -f $file ]]; then
        sed -i -E '/^(HWADDR|LLADDR|UUID)=/d' "$file"
    fi
done

# SUSE's registration: clones must not share its identity.
rm -rf /etc/SUSEConnect /etc/zypp/credentials.d/* /var/lib/suseconnect/* /var/cache/cloudregister/*
# openSUSE's own repositories are a service in a local directory; the services of a registration are remote.
for file in /etc/zypp/services.d/*.service; do
    grep -qE '^url *= *(dir|file):/' "$file" || rm -f "$file"
done
