#!/bin/bash
# The state of dnf, SELinux and the registration.
# checks: dnf.cache dnf.trust dnf.proxy selinux.enforcing selinux.relabel subscription.none

none dnf.cache "dnf's cache is empty" "$(for folder in dnf yum libdnf5; do files "/var/cache/$folder" -type f -size +0; done)"

none dnf.trust "dnf accepts only signed packages" "$({
    settings /etc/dnf/dnf.conf /etc/yum.conf | grep -iE '^[[:space:]]*(gpgcheck|sslverify)[[:space:]]*=[[:space:]]*(0|no|false)' || true
    while read -r file; do
        settings "$file" | grep -iE '^[[:space:]]*(gpgcheck|sslverify)[[:space:]]*=[[:space:]]*(0|no|false)|^[[:space:]]*baseurl[[:space:]]*=[[:space:]]*(file|cdrom|ftp):' |
            sed "s|^|$file: |" || true
    done < <(files /etc/yum.repos.d -name '*.repo')
})"

none dnf.proxy "dnf does not use a proxy of the build" "$({
    settings /etc/dnf/dnf.conf /etc/yum.conf | grep -iE '^[[:space:]]*proxy[a-z_]*[[:space:]]*=' || true
    settings /etc/environment | grep -iE '^(export )?(http|https|ftp|all)_proxy=' || true
})"

none selinux.enforcing "SELinux is enforcing" \
    "$(grep -qx 'SELINUX=enforcing' < <(settings /etc/selinux/config) || echo '/etc/selinux/config does not contain SELINUX=enforcing')"
none selinux.relabel "The first boot does not relabel the system" "$(present /.autorelabel)"
none subscription.none "The system is not registered" "$({
    files /etc/pki/consumer -type f
    files /etc/pki/entitlement -type f
    present /etc/sysconfig/rhn/systemid /etc/insights-client/machine-id
})"
