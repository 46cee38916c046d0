#!/bin/bash
# DHCP on every network card that nothing else has set up: further cards, a card that was replaced, cloud-init switched off.
set -euo pipefail

echo '==> Setting up the network fallback'
# Profiles of the build name its card by address; cloud-init writes one for each clone's.
rm -f /etc/NetworkManager/system-connections/*.nmconnection /etc/sysconfig/network-scripts/ifcfg-[!l]*
install -d -m 755 /etc/NetworkManager/conf.d
# The package NetworkManager-config-server forbids what the fallback needs; the last file that says something counts.
cat >/etc/NetworkManager/conf.d/90-cloudstack.conf <<'END'
[main]
no-auto-default=
END
# A second card without a network must not hold up the boot.
install -d -m 755 /etc/systemd/system/NetworkManager-wait-online.service.d
cat >/etc/systemd/system/NetworkManager-wait-online.service.d/cloudstack.conf <<'END'
[Service]
Environment=NM_ONLINE_TIMEOUT=30
END
systemctl --quiet --no-reload enable NetworkManager.service
