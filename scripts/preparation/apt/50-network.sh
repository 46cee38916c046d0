#!/bin/bash
# DHCP on every network card that nothing else has set up: further cards, a card that was replaced, cloud-init switched off.
set -euo pipefail

echo '==> Setting up the network fallback'
# cloud-init has netplan write 10-netplan-*: this name sorts after those, and the first file that matches a card wins.
cat >/etc/systemd/network/99-dhcp-fallback.network <<'END'
[Match]
Type=ether
Name=en* eth*
Kind=!*

[Network]
DHCP=yes

[DHCPv4]
UseDomains=yes

[DHCPv6]
UseDomains=yes
END
install -d /etc/systemd/system/systemd-networkd-wait-online.service.d /etc/systemd/resolved.conf.d
# A second card without a network must not hold up the boot. The name sorts before what netplan generates, which knows better.
cat >/etc/systemd/system/systemd-networkd-wait-online.service.d/05-any.conf <<END
[Service]
ExecStart=
ExecStart=/lib/systemd/systemd-networkd-wait-online --any
END
# CloudStack's router answers the bare name data-server, which is how its password and user data are found.
cat >/etc/systemd/resolved.conf.d/cloudstack.conf <<'END'
[Resolve]
ResolveUnicastSingleLabel=yes
END
systemctl --quiet --no-reload enable systemd-networkd.service systemd-resolved.service
ln -sf ../run/systemd/resolve/stub-resolv.conf /etc/resolv.conf
