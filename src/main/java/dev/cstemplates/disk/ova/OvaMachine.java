package dev.cstemplates.disk.ova;

import dev.cstemplates.core.Firmware;

/**
 * The virtual machine that an OVA describes.
 *
 * @param title for people
 * @param osType vSphere's guest id, for example {@code debian10_64Guest}; one that {@code hardwareVersion} knows
 * @param hardwareVersion of vSphere, for example 13 (6.5 and later)
 * @param memoryMiB memory in MiB
 */
public record OvaMachine(
        String title, String osType, int hardwareVersion, int cpus, long memoryMiB, Firmware firmware) {

    /** For a disk of which nothing is known: any 64-bit Linux. */
    public static OvaMachine ofUnknown(String title) {
        return new OvaMachine(title, "otherLinux64Guest", 13, 1, 1024, Firmware.BIOS);
    }
}
