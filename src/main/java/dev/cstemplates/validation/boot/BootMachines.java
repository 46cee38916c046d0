/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
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
import dev.cstemplates.validation.router.Instance;
import dev.cstemplates.validation.router.VirtualRouter;
import dev.cstemplates.validation.target.Expectations;
import dev.cstemplates.validation.target.ValidationTarget;
import java.nio.file.Path;
import java.util.List;

/** The virtual machines that CloudStack would create from a template. */
final class BootMachines {

    private static final ByteSize GROWTH = ByteSize.ofGiB(3);

    private final BootRequest request;
    private final ValidationTarget target;
    private final Expectations expected;
    private final Processes processes;

    BootMachines(BootRequest request, Processes processes) {
        this.request = request;
        this.target = request.target();
        this.expected = target.expected();
        this.processes = processes;
    }

    /** BIOS if the architecture has it. */
    Firmware usualFirmware() {
        return expected.architecture() == Architecture.AARCH64 ? Firmware.UEFI : Firmware.BIOS;
    }

    /** The size of every overlay, in bytes. */
    long overlaySize() {
        return expected.virtualSize().bytes() + GROWTH.bytes();
    }

    /** A new, larger disk with the content of the template. */
    Path overlay(String name) {
        var file = request.workDir().toAbsolutePath().resolve(name + ".qcow2");
        processes.check(Command.of(
                "qemu-img",
                "create",
                "-q",
                "-f",
                "qcow2",
                "-F",
                target.format(),
                "-b",
                target.disk().toAbsolutePath().toString(),
                file.toString(),
                String.valueOf(overlaySize())));
        return file;
    }

    QemuMachine machine(String name, Firmware firmware, Path disk, Instance instance) {
        return new QemuMachine(
                name,
                expected.architecture(),
                target.accelerator(),
                chipset(firmware),
                firmware,
                cpuModel(expected.architecture(), target.accelerator(), expected.cpu()),
                expected.memory(),
                expected.cpus(),
                new QemuMachine.Disk(disk, "qcow2", request.hypervisor().bus()),
                new QemuMachine.Nic(request.hypervisor().nic(), instance.mac(), VirtualRouter.TAP),
                List.of(),
                new QemuMachine.Dmi(
                        request.hypervisor().manufacturer(),
                        request.hypervisor().product(),
                        instance.id()));
    }

    /**
     * The oldest processor of the level {@code need}. CloudStack's default is QEMU's oldest ({@code qemu64}): a guest that needs a better
     * one than it declares would break in the cloud.
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
                throw Failure.usage("Unknown CPU level '" + need + "'", "Use x86-64-v1, x86-64-v2 or x86-64-v3.");
        };
    }

    private Chipset chipset(Firmware firmware) {
        return switch (expected.architecture()) {
            case AARCH64 -> Chipset.VIRT;
            case X86_64 -> firmware == Firmware.BIOS ? Chipset.PC : Chipset.Q35;
        };
    }
}
