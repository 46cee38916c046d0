#!/bin/bash
# Removes references to the build machine's network card and its registration, in addition to 10-identity.sh.
set -euo pipefail
shopt -s nullglob

# NetworkManager's profiles contain a card's address and a unique id; cloud-init writes new ones for each clone.
rm -f /etc/NetworkManager/system-connections/*.nmconnection /etc/sysconfig/network-scripts/ifcfg-[!l]* \
    /etc/lvm/devices/system.devices /etc/iscsi/initiatorname.iscsi

# Red Hat's subscription: clones must neither share its identity nor use up the subscription.
rm -rf /etc/pki/consumer/* /etc/pki/entitlement/* /etc/sysconfig/rhn/systemid /var/lib/rhsm/* /etc/insights-client/machine-id \
    /etc/insights-client/.registered /var/lib/yum/uuid
