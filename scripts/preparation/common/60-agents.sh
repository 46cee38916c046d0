#!/bin/bash
# Every hypervisor's guest agent is installed; each may only start where it belongs, so that none fails elsewhere.
set -euo pipefail

echo '==> Setting up the guest agents'
declare -A home=([open-vm-tools]=vmware [vgauth]=vmware [run-vmblock-fuse.mount]=vmware
    [vmtoolsd]=vmware [vgauthd]=vmware [vmblock-fuse]=vmware
    [hv-kvp-daemon]=microsoft [hv-vss-daemon]=microsoft [hv-fcopy-daemon]=microsoft
    [hypervkvpd]=microsoft [hypervvssd]=microsoft [hypervfcopyd]=microsoft
    [hv_kvp_daemon]=microsoft [hv_vss_daemon]=microsoft [hv_fcopy_daemon]=microsoft
    [xe-daemon]=xen [xe-linux-distribution]=xen)
# Asks the file system, not systemd: each question to that takes seconds in an emulated machine.
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

# The agent that CloudStack's KVM hosts talk to is started by its device; a unit that is enabled as well would fail without it.
if file=$(unit_file qemu-guest-agent.service) && ! grep -q '^BindsTo=.*org.qemu.guest_agent' "$file"; then
    echo 'qemu-guest-agent.service is not bound to its device: it would fail on other hypervisors.' >&2
    exit 1
fi
