/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.disk.ova;

import dev.cstemplates.core.Firmware;

/**
 * The virtual machine that an OVA describes.
 *
 * @param title display name
 * @param osType vSphere's guest id, for example {@code debian10_64Guest}; must be supported by {@code hardwareVersion}
 * @param hardwareVersion of vSphere, for example 13 (6.5 and later)
 * @param memoryMiB memory in MiB
 */
public record OvaMachine(
        String title, String osType, int hardwareVersion, int cpus, long memoryMiB, Firmware firmware) {

    /** Defaults for an unknown disk: any 64-bit Linux. */
    public static OvaMachine ofUnknown(String title) {
        return new OvaMachine(title, "otherLinux64Guest", 13, 1, 1024, Firmware.BIOS);
    }
}
