#!/bin/bash
# Uses DHCP on every network card without other configuration: additional or replaced cards, or if cloud-init is disabled.
set -euo pipefail

echo '==> Setting up the network fallback'
# The build's profiles contain the address of its card; cloud-init writes new ones for each clone.
rm -f /etc/NetworkManager/system-connections/*.nmconnection /etc/sysconfig/network-scripts/ifcfg-[!l]*
install -d -m 755 /etc/NetworkManager/conf.d
# The package NetworkManager-config-server disables what the fallback needs; the last file wins.
cat >/etc/NetworkManager/conf.d/90-cloudstack.conf <<'END'
[main]
no-auto-default=
END
# A second card without a network must not delay the boot.
install -d -m 755 /etc/systemd/system/NetworkManager-wait-online.service.d
cat >/etc/systemd/system/NetworkManager-wait-online.service.d/cloudstack.conf <<'END'
[Service]
Environment=NM_ONLINE_TIMEOUT=30
END
# CloudStack's router resolves the single-label name data-server, by which clients find passwords and user data.
if [[ -e /usr/lib/systemd/system/systemd-resolved.service ]]; then
    install -d -m 755 /etc/systemd/resolved.conf.d
    printf '%s\n' '[Resolve]' 'ResolveUnicastSingleLabel=yes' >/etc/systemd/resolved.conf.d/cloudstack.conf
fi
systemctl --quiet --no-reload enable NetworkManager.service
