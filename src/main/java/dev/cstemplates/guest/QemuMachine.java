/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.guest;

import dev.cstemplates.core.Accelerator;
import dev.cstemplates.core.Architecture;
import dev.cstemplates.core.ByteSize;
import dev.cstemplates.core.Firmware;
import dev.cstemplates.core.Hypervisor;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A virtual machine to boot.
 *
 * @param name in the process list
 * @param cpu QEMU's CPU model, for example {@code qemu64}
 * @param cpus number of virtual processors
 * @param disk null for none
 * @param nic null for none
 * @param cdroms ISO images, in the order of the drives
 */
public record QemuMachine(
        String name,
        Architecture architecture,
        Accelerator accelerator,
        Chipset chipset,
        Firmware firmware,
        String cpu,
        ByteSize memory,
        int cpus,
        @Nullable Disk disk,
        @Nullable Nic nic,
        List<Path> cdroms,
        Dmi dmi) {

    public QemuMachine {
        if (cpus < 1) {
            throw new IllegalArgumentException("A machine needs at least one CPU, was: " + cpus);
        }
        if ((architecture == Architecture.AARCH64) != (chipset == Chipset.VIRT)) {
            throw new IllegalArgumentException("Invalid machine type for " + architecture.id() + ": " + chipset.id());
        }
        if (chipset == Chipset.VIRT && firmware == Firmware.BIOS) {
            throw new IllegalArgumentException("The machine type virt requires UEFI");
        }
        cdroms = List.copyOf(cdroms);
    }

    /**
     * A writable disk. Flushes are not passed to the host: the disk is discarded later.
     *
     * @param format as QEMU names it, for example {@code qcow2}
     */
    public record Disk(Path file, String format, DiskBus bus) {}

    /**
     * A network card.
     *
     * @param mac for example {@code 02:00:4c:9f:00:01}
     * @param tap tap device of the host
     */
    public record Nic(NicModel model, String mac, String tap) {}

    /** The guest's DMI table (SMBIOS type 1); {@code uuid} is also the serial number. */
    public record Dmi(String manufacturer, String product, UUID uuid) {

        /** As CloudStack's KVM agent sets it. */
        public static Dmi ofCloudStack(UUID uuid) {
            var kvm = HypervisorProfile.of(Hypervisor.KVM);
            return new Dmi(kvm.manufacturer(), kvm.product(), uuid);
        }
    }
}
