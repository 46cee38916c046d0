#!/bin/bash
# Locale, time, unattended security updates, and removal of unwanted packages.
set -euo pipefail

echo '==> Setting locale and time'
case $CST_LOCALE in
    C | POSIX | C.UTF-8 | C.utf8) ;;
    *)
        sed -i "s/^# *\(${CST_LOCALE//./\\.} \)/\1/" /etc/locale.gen
        grep -q "^$CST_LOCALE " /etc/locale.gen || {
            echo "Unknown locale '$CST_LOCALE': 'locale' in the definition must be a name in /etc/locale.gen." >&2
            exit 1
        }
        locale-gen >/dev/null
        ;;
esac
update-locale --reset "LANG=$CST_LOCALE"
[[ -e /usr/share/zoneinfo/$CST_TIMEZONE ]] || {
    echo "Unknown time zone '$CST_TIMEZONE': 'timezone' in the definition must be a name below /usr/share/zoneinfo." >&2
    exit 1
}
ln -sf "/usr/share/zoneinfo/$CST_TIMEZONE" /etc/localtime
echo "$CST_TIMEZONE" >/etc/timezone
# Releases differ in their time service; the packages exclude each other.
for unit in systemd-timesyncd chrony; do
    [[ ! -e /usr/lib/systemd/system/$unit.service && ! -e /lib/systemd/system/$unit.service ]] || systemctl --quiet enable "$unit.service"
done

cat >/etc/apt/apt.conf.d/20auto-upgrades <<'END'
APT::Periodic::Update-Package-Lists "1";
APT::Periodic::Unattended-Upgrade "1";
END

unwanted='popularity-contest installation-report'
# shellcheck disable=SC2086 # one word per package
installed=$({ dpkg-query -Wf '${db:Status-Status} ${Package}\n' $unwanted 2>/dev/null || true; } | sed -n 's/^installed //p')
# shellcheck disable=SC2086 # one word per package
[[ -z $installed ]] || DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=600 purge $installed
