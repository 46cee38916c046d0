#!/bin/bash
# DHCP on every network card that nothing else has set up: further cards, a card that was replaced, cloud-init switched off.
set -euo pipefail

echo '==> Setting up the network fallback'
rm -f /etc/udev/rules.d/70-persistent-net.rules
if [[ -e /usr/lib/systemd/system/NetworkManager.service ]]; then
    # Profiles of the build name its card by address; cloud-init writes one for each clone's.
    rm -f /etc/NetworkManager/system-connections/*.nmconnection
    install -d -m 755 /etc/NetworkManager/conf.d
    printf '[main]\nno-auto-default=\n' >/etc/NetworkManager/conf.d/90-cloudstack.conf
    systemctl --quiet --no-reload enable NetworkManager.service
else
    # wicked knows no default for cards without a file: the first one gets the name eth0 by the kernel's own order.
    find /etc/sysconfig/network -maxdepth 1 -name 'ifcfg-*' ! -name ifcfg-lo -delete
    cat >/etc/sysconfig/network/ifcfg-eth0 <<'END'
BOOTPROTO='dhcp'
STARTMODE='auto'
END
    systemctl --quiet --no-reload enable wicked.service
fi
