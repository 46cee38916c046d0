#!/bin/bash
# Uses DHCP on every network card without other configuration: additional or replaced cards, or if cloud-init is disabled.
set -euo pipefail

echo '==> Setting up the network fallback'
rm -f /etc/udev/rules.d/70-persistent-net.rules
if [[ -e /usr/lib/systemd/system/NetworkManager.service ]]; then
    # The build's profiles contain the address of its card; cloud-init writes new ones for each clone.
    rm -f /etc/NetworkManager/system-connections/*.nmconnection
    install -d -m 755 /etc/NetworkManager/conf.d
    # The package NetworkManager-config-server disables what the fallback needs; the last file wins.
    printf '[main]\nno-auto-default=\n' >/etc/NetworkManager/conf.d/90-cloudstack.conf
    # A second card without a network must not delay the boot.
    install -d -m 755 /etc/systemd/system/NetworkManager-wait-online.service.d
    printf '[Service]\nEnvironment=NM_ONLINE_TIMEOUT=30\n' >/etc/systemd/system/NetworkManager-wait-online.service.d/cloudstack.conf
    systemctl --quiet --no-reload enable NetworkManager.service
else
    # wicked has no default for cards without a file: the kernel names the first one eth0.
    find /etc/sysconfig/network -maxdepth 1 -name 'ifcfg-*' ! -name ifcfg-lo -delete
    cat >/etc/sysconfig/network/ifcfg-eth0 <<'END'
BOOTPROTO='dhcp'
STARTMODE='auto'
END
    # Nor must a card without a network here: the default of some releases is longer.
    [[ ! -e /etc/sysconfig/network/config ]] ||
        sed -i "s/^WAIT_FOR_INTERFACES=.*/WAIT_FOR_INTERFACES='30'/" /etc/sysconfig/network/config
    systemctl --quiet --no-reload enable wicked.service
fi
