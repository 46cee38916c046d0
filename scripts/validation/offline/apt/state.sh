#!/bin/bash
# The state of dpkg and apt.
# checks: apt.lists apt.archives apt.database apt.policy apt.grub-device apt.grub-bios

none apt.lists "apt's package lists are empty" \
    "$(files /var/lib/apt/lists -type f ! -name lock -size +0)"
none apt.archives "apt's cache is empty" \
    "$(files /var/cache/apt -type f ! -name lock -size +0)"

unfinished=$(awk '/^Package: / { name = $2 } /^Status: / && !/ ok (installed|not-installed|config-files)$/ { print name ": " substr($0, 9) }' \
    "$ROOT/var/lib/dpkg/status" || true)
none apt.database "Every package is completely installed" \
    "$unfinished$([ -s "$ROOT/var/lib/dpkg/status" ] || echo "/var/lib/dpkg/status is missing or empty")$(files /var/lib/dpkg/updates -type f)"

none apt.policy "Services may be started" \
    "$(present /usr/sbin/policy-rc.d; files /usr/sbin -name 'start-stop-daemon.REAL')"

# An update of GRUB would ask for, or write to, a disk whose name differs on other hypervisors.
none apt.grub-device "GRUB's updates do not refer to a disk of the build" "$(
    awk '/^Name: / { name = $2 } /^Value: \/dev\// && name ~ /^grub-(pc|efi)\/install_devices/ && !/by-uuid/ { print name ": " $2 }' \
        "$ROOT/var/cache/debconf/config.dat" 2>/dev/null || true
)"

# A boot loader and modules of different versions may not start.
title="GRUB for BIOS is the one of its installed package"
package=$ROOT/usr/lib/grub/i386-pc
if [ ! -e "$package/kernel.img" ]; then
    skip apt.grub-bios "$title" "the package grub-pc-bin is not installed"
elif [ "$(cat "$package"/*.mod | cksum)" = "$(cat "$ROOT"/boot/grub/i386-pc/*.mod 2>/dev/null | cksum)" ]; then
    pass apt.grub-bios "$title"
else
    fail apt.grub-bios "$title" "the modules in /boot/grub/i386-pc differ from those in /usr/lib/grub/i386-pc"
fi
