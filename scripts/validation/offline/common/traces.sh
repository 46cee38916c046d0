#!/bin/bash
# Files that a build may leave behind.
# checks: traces.logs traces.journal traces.leases traces.histories traces.temporary traces.installer traces.crashes
# checks: traces.mail traces.root-home traces.backups

none traces.logs "Logs are empty" "$(files /var/log -type f -size +0 ! -path '/*/journal/*')"
none traces.journal "The journal is empty" "$(files /var/log/journal -type f)"

none traces.leases "No DHCP leases are stored" "$(
    for folder in /var/lib/dhcp /var/lib/dhcp3 /var/lib/dhclient /var/lib/dhcpcd /var/lib/dhcpcd5 /var/lib/wicked \
        /var/lib/systemd/network /var/lib/NetworkManager; do
        files "$folder" -type f -size +0 ! -name 'NetworkManager-intern.conf' ! -name 'README*'
    done
)"

none traces.histories "No history of a shell or program is stored" "$({
    everything | grep -E '^f .*/\.([^/]*_history|[^/]*history|lesshst|viminfo|wget-hsts|zhistory)$' | grep -v '^[^/]*/usr/' | names
} || true)"

none traces.temporary "Directories for temporary files are empty" "$(files /tmp ! -type d; files /tmp -type d ! -name '.*-unix' -empty; files /var/tmp)"

none traces.installer "No files of the installer remain" "$(
    present /var/log/installer /root/anaconda-ks.cfg /root/original-ks.cfg /root/initial-setup-ks.cfg /root/install.log \
        /root/install.log.syslog /root/autoinst.xml /var/adm/autoinstall /var/log/anaconda /var/log/YaST2 \
        /var/log/agama-installation /etc/cloud/cloud.cfg.d/99-installer.cfg /etc/cloud/clean.d/99-installer \
        /etc/cloud/cloud.cfg.d/subiquity-disable-cloudinit-networking.cfg /etc/cloud/cloud.cfg.d/90-installer-network.cfg \
        /etc/cloud/cloud.cfg.d/curtin-preserve-sources.cfg /autoinst.xml /preseed.cfg /debootstrap
)"

none traces.crashes "No crash dumps are stored" \
    "$(files /var/crash -type f; files /var/lib/systemd/coredump -type f; files /var/spool/abrt -type f; files /lost+found)"
none traces.mail "Mailboxes are empty" "$(files /var/mail -type f -size +0; files /var/spool/mail -type f -size +0)"

none traces.root-home "root's home directory contains only default files" "$({
    files /root ! -type d ! \( -path '*/.ssh/authorized_keys' -empty \)
} | grep -vxE '/root/\.(bashrc|profile|bash_profile|bash_logout|cshrc|tcshrc)' || true)"

rarely traces.backups "No backups of configuration files exist" "$(
    files /etc -type f \( -name '*.dpkg-old' -o -name '*.dpkg-dist' -o -name '*.dpkg-new' -o -name '*.ucf-old' \
        -o -name '*.ucf-dist' -o -name '*.rpmsave' -o -name '*.rpmnew' -o -name '*.orig' -o -name '*.bak' -o -name '*~' \)
)"
