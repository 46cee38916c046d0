package dev.cstemplates.host.doctor;

import dev.cstemplates.core.Accelerator;
import dev.cstemplates.core.Architecture;
import dev.cstemplates.core.ByteSize;
import dev.cstemplates.core.CpuLevel;
import dev.cstemplates.host.Host;
import dev.cstemplates.host.HostFacts;
import dev.cstemplates.host.doctor.CheckResult.Status;
import dev.cstemplates.host.doctor.Doctor.Check;
import java.nio.file.Path;
import java.util.List;

/** How much this host can carry, and how fast. */
record CapacityChecks(Host host, Path home, KvmProbe kvm) {

    private static final ByteSize LEAST_MEMORY = ByteSize.ofGiB(2);
    private static final ByteSize GOOD_MEMORY = ByteSize.ofGiB(4);
    private static final ByteSize LEAST_DISK = ByteSize.ofGiB(4);
    private static final ByteSize GOOD_DISK = ByteSize.ofGiB(15);

    List<Check> all() {
        return List.of(this::memory, this::disk, this::processor, this::accelerator);
    }

    private CheckResult memory() {
        var facts = HostFacts.of(host);
        var found = facts.memoryAvailable() + " of " + facts.memory() + " available";
        return amount("memory", "running guests", facts.memoryAvailable(), LEAST_MEMORY, GOOD_MEMORY, found)
                .advising("End other programs, or take a machine with more memory.");
    }

    private CheckResult disk() {
        var free = HostFacts.diskFree(home);
        return amount("disk", "disks of builds and templates", free, LEAST_DISK, GOOD_DISK, free + " free at " + home)
                .advising("Free some, or choose another place: export CST_HOME=DIR");
    }

    private CheckResult processor() {
        var facts = HostFacts.of(host);
        var level = facts.cpuLevel()
                .map(CpuLevel::id)
                .orElse(Architecture.ofThisHost().id());
        var found = facts.processors() + " × " + level + (facts.cpuModel().isEmpty() ? "" : ", " + facts.cpuModel());
        var isOld = facts.cpuLevel().filter(CpuLevel.V1::equals).isPresent();
        return isOld
                ? CheckResult.problem("processor", "running guests", Status.WARN, found)
                        .advising("Under KVM it can't run Enterprise Linux 9 and SLES 16 or later.")
                : CheckResult.ok("processor", "running guests", found);
    }

    private CheckResult accelerator() {
        var verdict = kvm.verdict();
        return verdict.accelerator() == Accelerator.KVM
                ? CheckResult.ok("KVM", "running guests at full speed", "a Linux kernel runs under it")
                : CheckResult.problem(
                                "KVM",
                                "running guests at full speed",
                                Status.WARN,
                                "software emulation instead: " + verdict.reason())
                        .advising(verdict.remedy());
    }

    private static CheckResult amount(
            String name, String purpose, ByteSize has, ByteSize least, ByteSize good, String found) {
        if (has.compareTo(least) < 0) {
            return CheckResult.problem(name, purpose, Status.MISSING, found + ", at least " + least + " is needed");
        }
        return has.compareTo(good) < 0
                ? CheckResult.problem(name, purpose, Status.WARN, found + ", " + good + " is good")
                : CheckResult.ok(name, purpose, found);
    }
}
