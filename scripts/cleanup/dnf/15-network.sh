#!/bin/bash
# Removes references to the build machine's network card and its registration, in addition to 10-identity.sh.
set -euo pipefail
shopt -s nullglob

# Profiles of NetworkManager hold a card's address and an id of their own; cloud-init writes one for each clone.
rm -f /etc/NetworkManager/system-connections/*.nmconnection /etc/sysconfig/network-scripts/ifcfg-[!l]* \
    /etc/lvm/devices/system.devices /etc/iscsi/initiatorname.iscsi

# Red Hat's subscription: its identity must not be in two machines, nor be paid for by one that copies it.
rm -rf /etc/pki/consumer/* /etc/pki/entitlement/* /etc/sysconfig/rhn/systemid /var/lib/rhsm/* /etc/insights-client/machine-id \
    /etc/insights-client/.registered /var/lib/yum/uuid
