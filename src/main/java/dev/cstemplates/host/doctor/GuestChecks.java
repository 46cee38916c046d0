/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.host.doctor;

import dev.cstemplates.core.Architecture;
import dev.cstemplates.host.FirmwareFiles;
import dev.cstemplates.host.FixCommand;
import dev.cstemplates.host.GuestKernel;
import dev.cstemplates.host.Host;
import dev.cstemplates.host.Tools;
import dev.cstemplates.host.UserEmulator;
import dev.cstemplates.host.doctor.Doctor.Check;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Files that guests need: firmware, and the kernel that libguestfs boots. */
record GuestChecks(Host host, AptCache aptCache, Architecture target) {

    List<Check> all() {
        var all = new ArrayList<Check>(List.of(
                this::applianceKernel, () -> firmware(Architecture.X86_64), () -> firmware(Architecture.AARCH64)));
        if (target != Architecture.ofThisHost()) {
            all.add(this::foreignPrograms);
        }
        return all;
    }

    private HostCheck foreignPrograms() {
        var name = target.id() + " programs";
        var purpose = "installing " + target.id() + " packages on this host";
        if (UserEmulator.isRegistered(host, target)) {
            return HostCheck.passed(name, purpose, "registered with the kernel");
        }
        return HostCheck.missing(name, purpose, "no emulator is registered with the kernel")
                .fixedBy(UserEmulator.registering(target));
    }

    private HostCheck applianceKernel() {
        var name = "kernel in /boot";
        var purpose = "libguestfs's appliance and the KVM probe";
        var readable = GuestKernel.find(host);
        if (readable.isPresent()) {
            return HostCheck.passed(name, purpose, readable.get().toString());
        }
        if (GuestKernel.isInstalled(host)) {
            // Ubuntu installs kernels readable by root only.
            return HostCheck.missing(name, purpose, "not readable by " + host.user())
                    .fixedBy(FixCommand.asRoot("sh", "-c", "chmod a+r /boot/vmlinuz-*"));
        }
        var problem = HostCheck.missing(name, purpose, "none");
        var isUbuntu = host.os().id().equals("ubuntu") || host.os().related().contains("ubuntu");
        if (isUbuntu) {
            return problem.fixedBy(Optional.of(Tools.UBUNTU_APPLIANCE_KERNEL));
        }
        var isArm = Architecture.ofThisHost() == Architecture.AARCH64;
        return problem.fixedBy(host.packageOf(Tools.APPLIANCE_KERNEL)
                .map(x86 -> isArm && x86.equals("linux-image-cloud-amd64") ? Tools.ARM_APPLIANCE_KERNEL : x86));
    }

    private HostCheck firmware(Architecture architecture) {
        var name = "UEFI for " + architecture.id();
        var purpose = "booting " + architecture.id() + " guests with UEFI";
        var found = FirmwareFiles.find(host, architecture);
        if (found.isPresent()) {
            return HostCheck.passed(name, purpose, found.get().code().toString());
        }
        if (architecture == Architecture.ofThisHost() || architecture == target) {
            return HostCheck.missing(name, purpose, "not installed")
                    .fixedBy(host.packageOf(FirmwareFiles.packages(architecture)));
        }
        return HostCheck.warning(name, purpose, "not installed")
                .fixedBy(host.packageOf(FirmwareFiles.packages(architecture)))
                .notFixedByDefault();
    }
}
