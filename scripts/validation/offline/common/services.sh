#!/bin/bash
# Services that start at boot, and the agents for the hypervisors.
# checks: services.ssh services.firewall services.host-keys services.time services.agent-kvm services.agent-vmware services.agent-hyperv
# checks: services.agent-xenserver services.failing

any_enabled() {
    local unit
    for unit in "$@"; do
        if unit_exists "$unit" && unit_enabled "$unit"; then
            echo "$unit"
            return
        fi
    done
}

ssh=$(any_enabled ssh.service sshd.service ssh.socket sshd.socket)
none services.ssh "The SSH server starts at boot" "$([ -n "$ssh" ] || echo "none of its units is enabled")"

# Installers may leave a firewall that closes SSH. A zone's file in /etc replaces the package's.
title="The firewall lets SSH in"
zone=$(settings /etc/firewalld/firewalld.conf | sed -n 's/^DefaultZone=//p')
zone=$(present "/etc/firewalld/zones/${zone:=public}.xml" "/usr/lib/firewalld/zones/$zone.xml" | sed -n 1p)
if [ -z "$zone" ] || ! unit_enabled firewalld.service; then
    skip services.firewall "$title" "firewalld is not enabled"
else
    none services.firewall "$title" "$(grep -qE '<service name="ssh"|target="ACCEPT"' "$ROOT$zone" || echo "$zone has no service ssh")"
fi

# Required even without cloud-init: a machine without host keys is unreachable. The unit runs before the server or as part of its
# start.
maker=""
while read -r unit; do
    name=${unit##*/}
    if [ -n "$name" ] && { unit_enabled "$name" || [[ $unit == */ssh.service.d/* || $unit == */sshd.service.d/* ]]; }; then
        maker=$name
    fi
done < <(
    for folder in /etc/systemd/system /usr/lib/systemd/system /lib/systemd/system; do
        if [ -d "$ROOT$folder" ]; then
            grep -rlE '^Exec(Start|StartPre)=.*(ssh-keygen|sshd-keygen|host-?keys|openssh-server)' "$ROOT$folder" --include='*.service' --include='*.conf' || true
        fi
    done
)
if [ -z "$maker" ] && grep -rqsE '^Wants=sshd-keygen' "$ROOT/usr/lib/systemd/system/sshd.service"; then maker=sshd-keygen.target; fi
none services.host-keys "SSH host keys are generated at boot, even without cloud-init" \
    "$([ -n "$maker" ] || echo "no enabled unit generates them")"

time=$(any_enabled chrony.service chronyd.service systemd-timesyncd.service ntpsec.service ntpd.service ntp.service)
none services.time "The clock is synchronized" "$([ -n "$time" ] || echo "no time service is enabled")"

none services.agent-kvm "The guest agent for KVM is installed" "$([ -n "$(program qemu-ga)" ] || echo "qemu-ga is missing")"
vmware="The guest tools for VMware are installed"
hyperv="The guest daemons for Hyper-V are installed"
xenserver="The guest agent for XenServer is installed"
if [ "$CST_ARCH" = x86_64 ]; then
    none services.agent-vmware "$vmware" "$([ -n "$(program vmtoolsd)" ] || echo "vmtoolsd is missing")"
    none services.agent-hyperv "$hyperv" \
        "$([ -n "$(program hv_kvp_daemon)$(program hypervkvpd)$(files /usr/lib/linux-tools -name hv_kvp_daemon)$(files /usr/lib/hyper-v/bin -name hv_kvp_daemon)" ] || echo "hv_kvp_daemon is missing")"
    rarely services.agent-xenserver "$xenserver" \
        "$([ -n "$(program xe-daemon)$(program xenguest-agent)$(program xen-guest-agent)" ] || echo "xe-daemon is missing: XenServer does not show the guest's addresses")"
else
    skip services.agent-vmware "$vmware" "$KVM_ONLY"
    skip services.agent-hyperv "$hyperv" "$KVM_ONLY"
    skip services.agent-xenserver "$xenserver" "$KVM_ONLY"
fi

# An enabled service without its program fails at every boot.
broken=""
while read -r link; do
    if [ -z "$link" ]; then continue; fi
    target=$(readlink "$ROOT$link")
    case "$target" in
        /dev/null) continue ;;
        /*) ;;
        *) target="${link%/*}/$target" ;;
    esac
    if [ ! -e "$ROOT$target" ] && [ ! -L "$ROOT$target" ]; then broken+="$link -> $target"$'\n'; fi
done < <(files /etc/systemd/system -type l)
none services.failing "Every enabled unit exists" "${broken%$'\n'}"
