#!/bin/bash
# The guest agents of all hypervisors are installed; each starts only under its own hypervisor, so that none fails.
set -euo pipefail

echo '==> Configuring the guest agents'
declare -A home=([open-vm-tools]=vmware [vgauth]=vmware [run-vmblock-fuse.mount]=vmware
    [vmtoolsd]=vmware [vgauthd]=vmware [vmblock-fuse]=vmware
    [hv-kvp-daemon]=microsoft [hv-vss-daemon]=microsoft [hv-fcopy-daemon]=microsoft
    [hypervkvpd]=microsoft [hypervvssd]=microsoft [hypervfcopyd]=microsoft
    [hv_kvp_daemon]=microsoft [hv_vss_daemon]=microsoft [hv_fcopy_daemon]=microsoft
    [hv_fcopy_uio_daemon]=microsoft [hv-fcopy-uio-daemon]=microsoft
    [xe-daemon]=xen [xe-linux-distribution]=xen)
# Checks the file system instead of systemd, where each query takes seconds in an emulated machine.
unit_file() {
    local folder
    for folder in /usr/lib/systemd/system /lib/systemd/system; do
        if [[ -e $folder/$1 ]]; then
            echo "$folder/$1"
            return
        fi
    done
    return 1
}
for unit in "${!home[@]}"; do
    name=$unit
    [[ $name == *.* ]] || name=$name.service
    if unit_file "$name" >/dev/null; then
        mkdir -p "/etc/systemd/system/$name.d"
        printf '[Unit]\nConditionVirtualization=%s\n' "${home[$unit]}" >"/etc/systemd/system/$name.d/cloudstack.conf"
    fi
done

# The agent for CloudStack's KVM hosts is started by its device; if the unit were also enabled, it would fail without the device.
if file=$(unit_file qemu-guest-agent.service) && ! grep -q '^BindsTo=.*org.qemu.guest_agent' "$file"; then
    echo 'qemu-guest-agent.service is not bound to its device: it would fail on other hypervisors.' >&2
    exit 1
fi
