#!/bin/bash
# The state of zypper, SELinux and the registration.
# checks: zypper.cache zypper.trust zypper.medium zypper.locks selinux.enforcing selinux.relabel subscription.none

none zypper.cache "zypper's cache is empty" "$(files /var/cache/zypp -type f -size +0)"
none zypper.trust "zypper accepts only signed packages" "$({
    settings /etc/zypp/zypp.conf | grep -iE '^[[:space:]]*(repo_|pkg_)?gpgcheck[[:space:]]*=[[:space:]]*(0|no|off|false)' || true
    while read -r file; do
        settings "$file" | grep -iE '^[[:space:]]*(gpgcheck|repo_gpgcheck)[[:space:]]*=[[:space:]]*(0|no|off|false)|ssl_verify=no' | sed "s|^|$file: |" || true
    done < <(files /etc/zypp/repos.d -name '*.repo')
})"
none zypper.medium "No repository is on the installation medium" "$(
    while read -r file; do
        settings "$file" | grep -iE '^[[:space:]]*baseurl[[:space:]]*=[[:space:]]*(cd|dvd|hd|dir|file|ftp):' | sed "s|^|$file: |" || true
    done < <(files /etc/zypp/repos.d -name '*.repo')
)"
none zypper.locks "No package is locked" "$(settings /etc/zypp/locks)"
title="SELinux is enforcing"
type=$(settings /etc/selinux/config | sed -n 's/^SELINUXTYPE=//p')
if [ -n "$type" ] && [ -e "$ROOT/etc/selinux/$type/contexts/files/file_contexts" ]; then
    none selinux.enforcing "$title" \
        "$(grep -qx 'SELINUX=enforcing' < <(settings /etc/selinux/config) || echo '/etc/selinux/config does not contain SELINUX=enforcing')"
else
    skip selinux.enforcing "$title" "no policy is installed: the release uses AppArmor"
fi
none selinux.relabel "The first boot does not relabel the system" "$(present /.autorelabel /etc/selinux/.autorelabel)"
none subscription.none "The system is not registered" "$({
    present /etc/SUSEConnect
    files /etc/zypp/credentials.d -type f
    # openSUSE's own repositories are a service in a local directory.
    while read -r file; do
        grep -qE '^url *= *(dir|file):/' < <(settings "$file") || printf '%s\n' "$file"
    done < <(files /etc/zypp/services.d -type f)
})"
