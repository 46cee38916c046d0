#!/bin/bash
# The identity of a machine, which clones must not share.
# checks: identity.machine-id identity.dbus-machine-id identity.host-keys identity.random-seed identity.hostname
# checks: identity.resolv-conf identity.cloud-init-state identity.udev-rules identity.network identity.others

title="/etc/machine-id is there and says nothing"
id=$(cat "$ROOT/etc/machine-id" 2>/dev/null || true)
if [ ! -f "$ROOT/etc/machine-id" ]; then
    fail identity.machine-id "$title" "/etc/machine-id is missing: systemd cannot create it on a read-only root"
elif [ -z "$id" ] || [ "$id" = uninitialized ]; then
    pass identity.machine-id "$title"
else
    fail identity.machine-id "$title" "/etc/machine-id contains '$id'"
fi

dbus=""
if [ ! -L "$ROOT/var/lib/dbus/machine-id" ]; then dbus=$(filled /var/lib/dbus/machine-id); fi
none identity.dbus-machine-id "D-Bus has no separate machine id" "$dbus"

none identity.host-keys "No SSH host keys exist" \
    "$(files /etc -path '*ssh*' -name '*_key'; files /etc -path '*ssh*' -name '*_key.pub')"

none identity.random-seed "No random seed or credential secret is stored" \
    "$(present /var/lib/systemd/random-seed /var/lib/systemd/credential.secret /var/lib/urandom/random-seed /boot/efi/loader/random-seed)"

hostname=$(settings /etc/hostname | tr -d '[:space:]')
none identity.hostname "The hostname is not set" \
    "$([[ -z $hostname || $hostname == localhost || $hostname == localhost.localdomain ]] || echo "/etc/hostname contains '$hostname'")"

resolver=""
if [ ! -L "$ROOT/etc/resolv.conf" ]; then resolver=$(settings /etc/resolv.conf | grep -E '^[[:space:]]*(nameserver|search|domain)' || true); fi
none identity.resolv-conf "/etc/resolv.conf does not refer to a server of the build" "$resolver"

none identity.cloud-init-state "cloud-init has no state of an instance" \
    "$(files /var/lib/cloud ! -type d; present /var/lib/cloud/instance)"

none identity.udev-rules "No udev rule names a device of the build" \
    "$(files /etc/udev/rules.d -name '70-persistent-*'; files /etc/udev/rules.d -name '75-cloud-ifupdown*'; files /etc/udev/rules.d -name '75-persistent-net-*' -size +0)"

# Hardware addresses and interfaces of the build: other hypervisors have others.
holding() {
    local pattern=$1
    shift
    local folder
    for folder in "$@"; do
        if [ -d "$ROOT$folder" ]; then grep -rlEi -- "$pattern" "$ROOT$folder" | sed "s|^$ROOT||" || true; fi
    done
}
none identity.network "No network configuration refers to a device of the build" "$({
    files /etc/netplan -type f \( -name '50-cloud-init*' -o -name '00-installer-config*' \)
    files /etc/network/interfaces.d -type f -name '50-cloud-init*'
    files /etc/systemd/network -type f -name '10-cloud-init*'
    holding 'macaddress:' /etc/netplan
    holding '^(mac-address|interface-name|uuid)=' /etc/NetworkManager/system-connections
    holding '^[[:space:]]*(Permanent)?MACAddress[[:space:]]*=' /etc/systemd/network
    holding '^(HWADDR|UUID|MACADDR)=' /etc/sysconfig/network-scripts /etc/sysconfig/network
    holding '^[[:space:]]*hwaddress|^[[:space:]]*(auto|iface|allow-hotplug)[[:space:]]+en[a-zA-Z]+[0-9]' /etc/network
} | sort -u)"

none identity.others "No other identity remains" \
    "$(filled /etc/machine-info /etc/iscsi/initiatorname.iscsi /etc/nvme/hostid /etc/nvme/hostnqn /var/lib/yum/uuid /etc/sysconfig/rhn/systemid /etc/ssh/host-keys-instance
    files /var/lib/cloudstack ! -type d
    files /etc/pki/consumer -type f
    files /etc/pki/entitlement -type f
    files /etc/zypp/credentials.d -type f)"
