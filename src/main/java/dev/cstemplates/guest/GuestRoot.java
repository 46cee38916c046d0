/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.guest;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where libguestfs finds the root file system of the only system on a disk.
 *
 * @param partition its number
 * @param subvolume of btrfs; empty if the root is the whole file system
 */
record GuestRoot(int partition, String subvolume) {

    private static final Pattern DEVICE = Pattern.compile("/dev/sda(\\d+)|btrfsvol:/dev/sda(\\d+)/(.+)");

    /** Reads the output of guestfish's {@code inspect-os}, among other lines; empty if there is no system. */
    static Optional<GuestRoot> in(List<String> lines) {
        return lines.stream()
                .map(DEVICE::matcher)
                .filter(each -> each.matches())
                .findFirst()
                .map(found -> found.group(1) == null
                        ? new GuestRoot(Integer.parseInt(found.group(2)), found.group(3))
                        : new GuestRoot(Integer.parseInt(found.group(1)), ""));
    }

    /** The guestfish command that mounts it, from the disk {@code disk}. */
    String mount(String disk) {
        return subvolume.isEmpty()
                ? "mount " + disk + partition + " /"
                : "mount-options subvol=" + subvolume + " " + disk + partition + " /";
    }
}
