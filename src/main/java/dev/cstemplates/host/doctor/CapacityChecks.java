/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.host.doctor;

import dev.cstemplates.core.Accelerator;
import dev.cstemplates.core.Architecture;
import dev.cstemplates.core.ByteSize;
import dev.cstemplates.core.CpuLevel;
import dev.cstemplates.host.Host;
import dev.cstemplates.host.HostFacts;
import dev.cstemplates.host.doctor.Doctor.Check;
import java.nio.file.Path;
import java.util.List;

/** Whether this host has the memory, disk space and processor for builds. */
record CapacityChecks(Host host, Path home, KvmProbe kvm) {

    private static final ByteSize LEAST_MEMORY = ByteSize.ofGiB(2);
    private static final ByteSize GOOD_MEMORY = ByteSize.ofGiB(4);
    private static final ByteSize LEAST_DISK = ByteSize.ofGiB(4);
    private static final ByteSize GOOD_DISK = ByteSize.ofGiB(15);

    List<Check> all() {
        return List.of(this::memory, this::disk, this::processor, this::accelerator);
    }

    private HostCheck memory() {
        var facts = HostFacts.of(host);
        var found = facts.memoryAvailable() + " of " + facts.memory() + " available";
        return amount("memory", "running guests", facts.memoryAvailable(), LEAST_MEMORY, GOOD_MEMORY, found)
                .advising("Stop other programs, or use a machine with more memory.");
    }

    private HostCheck disk() {
        var free = HostFacts.diskFree(home);
        return amount("disk", "disks of builds and templates", free, LEAST_DISK, GOOD_DISK, free + " free at " + home)
                .advising("Free some space, or use another folder: export CST_HOME=DIR");
    }

    private HostCheck processor() {
        var facts = HostFacts.of(host);
        var level = facts.cpuLevel()
                .map(CpuLevel::id)
                .orElse(Architecture.ofThisHost().id());
        var found = facts.processors() + " × " + level + (facts.cpuModel().isEmpty() ? "" : ", " + facts.cpuModel());
        var isOld = facts.cpuLevel().filter(CpuLevel.V1::equals).isPresent();
        return isOld
                ? HostCheck.warning("processor", "running guests", found)
                        .advising("Under KVM it cannot run Enterprise Linux 9 or SLES 16 and later.")
                : HostCheck.passed("processor", "running guests", found);
    }

    private HostCheck accelerator() {
        var verdict = kvm.verdict();
        return verdict.accelerator() == Accelerator.KVM
                ? HostCheck.passed("KVM", "running guests at full speed", "boots a Linux kernel")
                : HostCheck.warning(
                                "KVM",
                                "running guests at full speed",
                                "falling back to software emulation: " + verdict.reason())
                        .advising(verdict.remedy());
    }

    private static HostCheck amount(
            String name, String purpose, ByteSize has, ByteSize least, ByteSize good, String found) {
        if (has.compareTo(least) < 0) {
            return HostCheck.missing(name, purpose, found + ", at least " + least + " required");
        }
        return has.compareTo(good) < 0
                ? HostCheck.warning(name, purpose, found + ", " + good + " recommended")
                : HostCheck.passed(name, purpose, found);
    }
}
