#!/bin/bash
# What a build leaves behind.
# checks: traces.logs traces.journal traces.leases traces.histories traces.temporary traces.installer traces.crashes
# checks: traces.mail traces.root-home traces.backups

none traces.logs "Logs are empty" "$(files /var/log -type f -size +0 ! -path '/*/journal/*')"
none traces.journal "There is no journal" "$(files /var/log/journal -type f)"

none traces.leases "There are no DHCP leases" "$(
    for folder in /var/lib/dhcp /var/lib/dhcp3 /var/lib/dhclient /var/lib/dhcpcd /var/lib/dhcpcd5 /var/lib/wicked \
        /var/lib/systemd/network /var/lib/NetworkManager; do
        files "$folder" -type f -size +0 ! -name 'NetworkManager-intern.conf' ! -name 'README*'
    done
)"

none traces.histories "There is no history of a shell or a program" "$({
    everything | grep -E '^f .*/\.([^/]*_history|[^/]*history|lesshst|viminfo|wget-hsts|zhistory)$' | grep -v '^[^/]*/usr/' | names
} || true)"

none traces.temporary "Folders for temporary files are empty" "$(files /tmp ! -type d; files /tmp -type d ! -name '.*-unix' -empty; files /var/tmp)"

none traces.installer "The installer has left nothing" "$(
    present /var/log/installer /root/anaconda-ks.cfg /root/original-ks.cfg /root/initial-setup-ks.cfg /root/install.log \
        /root/install.log.syslog /root/autoinst.xml /var/adm/autoinstall /var/log/anaconda /var/log/YaST2 \
        /var/log/agama-installation /etc/cloud/cloud.cfg.d/99-installer.cfg /etc/cloud/clean.d/99-installer \
        /etc/cloud/cloud.cfg.d/subiquity-disable-cloudinit-networking.cfg /etc/cloud/cloud.cfg.d/90-installer-network.cfg \
        /etc/cloud/cloud.cfg.d/curtin-preserve-sources.cfg /autoinst.xml /preseed.cfg /debootstrap
)"

none traces.crashes "There are no crash dumps" \
    "$(files /var/crash -type f; files /var/lib/systemd/coredump -type f; files /var/spool/abrt -type f; files /lost+found)"
none traces.mail "There is no mail" "$(files /var/mail -type f -size +0; files /var/spool/mail -type f -size +0)"

none traces.root-home "root's home folder holds the usual files only" "$({
    files /root ! -type d ! \( -path '*/.ssh/authorized_keys' -empty \)
} | grep -vxE '/root/\.(bashrc|profile|bash_profile|bash_logout|cshrc|tcshrc)' || true)"

rarely traces.backups "There are no old versions of configuration files" "$(
    files /etc -type f \( -name '*.dpkg-old' -o -name '*.dpkg-dist' -o -name '*.dpkg-new' -o -name '*.ucf-old' \
        -o -name '*.ucf-dist' -o -name '*.rpmsave' -o -name '*.rpmnew' -o -name '*.orig' -o -name '*.bak' -o -name '*~' \)
)"
