package dev.cstemplates.guest;

import dev.cstemplates.core.Accelerator;
import dev.cstemplates.core.Architecture;
import dev.cstemplates.core.ByteSize;
import dev.cstemplates.core.Firmware;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A virtual machine to boot.
 *
 * @param name shown in the process list
 * @param cpu QEMU's CPU model, for example {@code qemu64}
 * @param cpus number of virtual processors
 * @param disk null for a machine without one
 * @param nic null for a machine without a network
 * @param cdroms ISO images, the first drive first
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
            throw new IllegalArgumentException("A machine has at least one CPU, was: " + cpus);
        }
        if ((architecture == Architecture.AARCH64) != (chipset == Chipset.VIRT)) {
            throw new IllegalArgumentException(architecture.id() + " has no board " + chipset.id());
        }
        if (chipset == Chipset.VIRT && firmware == Firmware.BIOS) {
            throw new IllegalArgumentException("The board virt starts by UEFI only");
        }
        cdroms = List.copyOf(cdroms);
    }

    /**
     * A disk that the guest writes to. Flushes are not passed on to the host: for disks that are thrown away.
     *
     * @param format as QEMU names it, for example {@code qcow2}
     */
    public record Disk(Path file, String format, DiskBus bus) {}

    /**
     * A network card.
     *
     * @param mac for example {@code 02:00:4c:9f:00:01}
     * @param tap the host's tap device that it is plugged into
     */
    public record Nic(NicModel model, String mac, String tap) {}

    /** What the guest reads in its DMI tables (SMBIOS type 1); serial number and UUID are {@code uuid}. */
    public record Dmi(String manufacturer, String product, UUID uuid) {

        /** As CloudStack's KVM agent sets it. */
        public static Dmi ofCloudStack(UUID uuid) {
            return new Dmi("Apache Software Foundation", "CloudStack KVM Hypervisor", uuid);
        }
    }
}
