package dev.cstemplates.validation.boot;

import dev.cstemplates.core.Accelerator;
import dev.cstemplates.core.Architecture;
import dev.cstemplates.core.ByteSize;
import dev.cstemplates.core.Failure;
import dev.cstemplates.core.Firmware;
import dev.cstemplates.guest.Chipset;
import dev.cstemplates.guest.QemuMachine;
import dev.cstemplates.host.process.Command;
import dev.cstemplates.host.process.Processes;
import dev.cstemplates.validation.BootValidation;
import dev.cstemplates.validation.router.Instance;
import dev.cstemplates.validation.router.VirtualRouter;
import java.nio.file.Path;
import java.util.List;

/** The virtual machines that CloudStack would make of a template. */
record BootMachines(BootValidation.Request request, Processes processes) {

    private static final ByteSize GROWTH = ByteSize.ofGiB(3);

    /** BIOS where the architecture has it. */
    Firmware usualFirmware() {
        return request.architecture() == Architecture.AARCH64 ? Firmware.UEFI : Firmware.BIOS;
    }

    /** The size of every overlay, in bytes. */
    long overlaySize() {
        return request.virtualSize().bytes() + GROWTH.bytes();
    }

    /** A fresh disk that holds what the template holds, and is larger. */
    Path overlay(String name) {
        var file = request.workFolder().toAbsolutePath().resolve(name + ".qcow2");
        processes.check(Command.of(
                "qemu-img",
                "create",
                "-q",
                "-f",
                "qcow2",
                "-F",
                request.diskFormat(),
                "-b",
                request.disk().toAbsolutePath().toString(),
                file.toString(),
                String.valueOf(overlaySize())));
        return file;
    }

    QemuMachine machine(String name, Firmware firmware, Path disk, Instance instance) {
        return new QemuMachine(
                name,
                request.architecture(),
                request.accelerator(),
                chipset(firmware),
                firmware,
                cpuModel(request.architecture(), request.accelerator(), request.cpu()),
                request.memory(),
                request.cpus(),
                new QemuMachine.Disk(disk, "qcow2", request.hardware().bus()),
                new QemuMachine.Nic(request.hardware().nic(), instance.mac(), VirtualRouter.TAP),
                List.of(),
                new QemuMachine.Dmi(
                        request.hardware().manufacturer(), request.hardware().product(), instance.id()));
    }

    /**
     * The least processor that {@code need} asks for. CloudStack's default is QEMU's least ({@code qemu64}); a guest that passes
     * on anything better than it says it needs would break in the cloud.
     */
    static String cpuModel(Architecture architecture, Accelerator accelerator, String need) {
        if (architecture == Architecture.AARCH64) {
            return accelerator == Accelerator.KVM ? "host" : "cortex-a57";
        }
        return switch (need) {
            case "x86-64-v1" -> "qemu64";
            case "x86-64-v2" -> "Nehalem";
            case "x86-64-v3" -> "Haswell-noTSX";
            default ->
                throw Failure.usage(
                        "No processor is known for '" + need + "'", "Use x86-64-v1, x86-64-v2 or x86-64-v3.");
        };
    }

    private Chipset chipset(Firmware firmware) {
        return switch (request.architecture()) {
            case AARCH64 -> Chipset.VIRT;
            case X86_64 -> firmware == Firmware.BIOS ? Chipset.PC : Chipset.Q35;
        };
    }
}
