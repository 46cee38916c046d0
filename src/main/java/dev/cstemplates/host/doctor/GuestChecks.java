package dev.cstemplates.host.doctor;

import dev.cstemplates.core.Architecture;
import dev.cstemplates.host.FirmwareFiles;
import dev.cstemplates.host.GuestKernel;
import dev.cstemplates.host.Host;
import dev.cstemplates.host.PackageManager;
import dev.cstemplates.host.doctor.CheckResult.Status;
import dev.cstemplates.host.doctor.Doctor.Check;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Files that guests are made of: firmware, keyrings, and the kernel that libguestfs works with. */
record GuestChecks(Host host, AptCache archive, Architecture target) {

    List<Check> all() {
        var all = new ArrayList<Check>(List.of(
                this::applianceKernel,
                () -> firmware(Architecture.X86_64, Tools.X86_FIRMWARE),
                () -> firmware(Architecture.AARCH64, Tools.ARM_FIRMWARE),
                () -> keyring("debian", Tools.DEBIAN_KEYRING),
                () -> keyring("ubuntu", Tools.UBUNTU_KEYRING)));
        if (target != Architecture.ofThisHost()) {
            all.add(this::foreignPrograms);
        }
        return all;
    }

    private CheckResult foreignPrograms() {
        var name = target.id() + " programs";
        var purpose = "installing " + target.id() + " packages on this host";
        if (UserEmulator.isRegistered(host, target)) {
            return CheckResult.ok(name, purpose, "the kernel starts QEMU for them");
        }
        return CheckResult.problem(name, purpose, Status.MISSING, "the kernel does not know what starts them")
                .mendedBy(UserEmulator.registering(target));
    }

    private CheckResult applianceKernel() {
        var name = "kernel in /boot";
        var purpose = "libguestfs's appliance, and trying KVM";
        var readable = GuestKernel.find(host);
        if (readable.isPresent()) {
            return CheckResult.ok(name, purpose, readable.get().toString());
        }
        if (GuestKernel.isInstalled(host)) {
            // Ubuntu's kernels are for root's eyes only, though everyone can download them.
            return CheckResult.problem(name, purpose, Status.MISSING, "not readable by " + host.user())
                    .mendedBy(FixCommand.asRoot("sh", "-c", "chmod a+r /boot/vmlinuz-*"));
        }
        var problem = CheckResult.problem(name, purpose, Status.MISSING, "none");
        var isUbuntu = host.os().id().equals("ubuntu") || host.os().related().contains("ubuntu");
        if (isUbuntu) {
            return problem.mendedBy(Optional.of(Tools.UBUNTU_APPLIANCE_KERNEL));
        }
        var isArm = Architecture.ofThisHost() == Architecture.AARCH64;
        return problem.mendedBy(host.packageOf(Tools.APPLIANCE_KERNEL)
                .map(x86 -> isArm && x86.equals("linux-image-cloud-amd64") ? Tools.ARM_APPLIANCE_KERNEL : x86));
    }

    private CheckResult firmware(Architecture architecture, Map<PackageManager, String> packages) {
        var name = "UEFI for " + architecture.id();
        var purpose = "starting " + architecture.id() + " guests by UEFI";
        var found = FirmwareFiles.find(host, architecture);
        if (found.isPresent()) {
            return CheckResult.ok(name, purpose, found.get().code().toString());
        }
        if (architecture == Architecture.ofThisHost() || architecture == target) {
            return CheckResult.problem(name, purpose, Status.MISSING, "not installed")
                    .mendedBy(host.packageOf(packages));
        }
        return CheckResult.problem(name, purpose, Status.WARN, "not installed")
                .mendedBy(host.packageOf(packages))
                .onlyWhenAsked();
    }

    private CheckResult keyring(String family, Map<PackageManager, String> packages) {
        var file = host.file("/usr/share/keyrings/" + family + "-archive-keyring.gpg");
        var name = family + " keyring";
        var purpose = "knowing " + family + "'s packages for genuine";
        if (Files.isReadable(file)) {
            return CheckResult.ok(name, purpose, file.toString());
        }
        var available = host.packageOf(packages).filter(each -> !archive.lacks(each));
        var status = family.equals("debian") ? Status.MISSING : Status.WARN;
        var problem = CheckResult.problem(name, purpose, status, "not installed")
                .mendedBy(available)
                .advising("Copy the file from a host that has it, or from " + family + "'s archive.");
        return status == Status.MISSING ? problem : problem.onlyWhenAsked();
    }
}
