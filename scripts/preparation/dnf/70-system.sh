#!/bin/bash
# Locale, time, firewall, crash dumps and SELinux.
set -euo pipefail

echo '==> Setting locale and time'
if ! grep -qx "${CST_LOCALE%.utf8}" < <(locale -a | sed 's/utf8$/UTF-8/'); then
    echo "The locale '$CST_LOCALE' is not installed; add its glibc-langpack to the definition's packages." >&2
    exit 1
fi
echo "LANG=$CST_LOCALE" >/etc/locale.conf
[[ -e /usr/share/zoneinfo/$CST_TIMEZONE ]] || {
    echo "Unknown time zone '$CST_TIMEZONE': 'timezone' in the definition must be a name below /usr/share/zoneinfo." >&2
    exit 1
}
ln -sf "../usr/share/zoneinfo/$CST_TIMEZONE" /etc/localtime
systemctl --quiet --no-reload enable chronyd.service firewalld.service
# Its memory would have to be reserved at boot, which a template leaves to its users.
systemctl --quiet --no-reload disable kdump.service 2>/dev/null || true

echo '==> Configuring SELinux'
sed -i 's/^SELINUX=.*/SELINUX=enforcing/' /etc/selinux/config
grep -q '^SELINUX=enforcing' /etc/selinux/config
rm -f /.autorelabel
