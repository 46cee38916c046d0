/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.guest;

/**
 * Restores SELinux's labels on a disk that is not running. Files that are written there have none: the kernel of libguestfs's appliance
 * runs without SELinux, and not every version of libguestfs's programs relabels.
 */
final class SelinuxLabels {

    private SelinuxLabels() {}

    /**
     * The guestfish command that labels {@code folder} and everything below it by the guest's own policy, with the guest's own program.
     * Nothing happens in a guest without SELinux.
     */
    static String restore(String folder) {
        return """
            sh "contexts=/etc/selinux/$(sed -n 's/^SELINUXTYPE=//p' /etc/selinux/config 2>/dev/null | tail -n 1)/contexts/files/file_contexts; \
            if [ -e $contexts ]; then setfiles -m -F -e /dev -e /proc -e /sys -e /run -e /boot/efi $contexts FOLDER; fi"\
            """.replace("FOLDER", folder);
    }
}
