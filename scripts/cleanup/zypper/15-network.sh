#!/bin/bash
# Removes references to the build machine's network card and its registration, in addition to 10-identity.sh.
set -euo pipefail
shopt -s nullglob

# Profiles of NetworkManager hold a card's address and an id of their own; cloud-init writes one for each clone.
rm -f /etc/NetworkManager/system-connections/*.nmconnection /etc/udev/rules.d/70-persistent-net.rules \
    /etc/lvm/devices/system.devices /etc/iscsi/initiatorname.iscsi
rm -rf /var/lib/wicked/*
for file in /etc/sysconfig/network/ifcfg-*; do
    if [[ -f $file ]]; then
        sed -i -E '/^(HWADDR|LLADDR|UUID)=/d' "$file"
    fi
done

# SUSE's registration: its identity must not be in two machines.
rm -rf /etc/SUSEConnect /etc/zypp/credentials.d/* /var/lib/suseconnect/* /var/cache/cloudregister/*
# A package of openSUSE's names its repositories by a service in a folder of this system; only a registration's are elsewhere.
for file in /etc/zypp/services.d/*.service; do
    grep -qE '^url *= *(dir|file):/' "$file" || rm -f "$file"
done
