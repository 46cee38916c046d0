#!/bin/bash
# Uses DHCP on every network card without other configuration: additional or replaced cards, or if cloud-init is disabled.
set -euo pipefail

echo '==> Setting up the network fallback'
# cloud-init has netplan write 10-netplan-*: this name sorts after those, and the first file that matches a card wins.
# Type leaves out VLANs, bridges and bonds. Kind would too, but systemd before 251 warns about it.
cat >/etc/systemd/network/99-dhcp-fallback.network <<'END'
[Match]
Type=ether
Name=en* eth*

[Network]
DHCP=yes

[DHCPv4]
UseDomains=yes

[DHCPv6]
UseDomains=yes
END
install -d /etc/systemd/system/systemd-networkd-wait-online.service.d /etc/systemd/resolved.conf.d
# A second card without a network must not delay the boot. The name sorts before netplan's files, which take precedence.
cat >/etc/systemd/system/systemd-networkd-wait-online.service.d/05-any.conf <<END
[Service]
ExecStart=
ExecStart=/lib/systemd/systemd-networkd-wait-online --any
END
# CloudStack's router resolves the single-label name data-server, by which clients find passwords and user data.
cat >/etc/systemd/resolved.conf.d/cloudstack.conf <<'END'
[Resolve]
ResolveUnicastSingleLabel=yes
END
systemctl --quiet --no-reload enable systemd-networkd.service systemd-resolved.service
ln -sf ../run/systemd/resolve/stub-resolv.conf /etc/resolv.conf
