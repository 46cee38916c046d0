package dev.cstemplates.pipeline;

import dev.cstemplates.disk.DiskFormat;
import dev.cstemplates.disk.Qcow2Export;
import dev.cstemplates.host.Failure;
import dev.cstemplates.host.Hypervisor;
import java.time.Duration;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Writes the golden disk for each hypervisor, in the format that CloudStack takes for it. */
public final class ExportPhase implements Phase {

    static final String NAME = "export";

    private final Qcow2Export qcow2;

    public ExportPhase(Qcow2Export qcow2) {
        this.qcow2 = qcow2;
    }

    /** The format that CloudStack takes for a hypervisor, and the file that the phase leaves for it. */
    static DiskFormat formatOf(Hypervisor hypervisor) {
        return switch (hypervisor) {
            case KVM -> DiskFormat.QCOW2;
            case XENSERVER, VMWARE, HYPERV ->
                throw Failure.usage(
                        "Disks for " + hypervisor.id() + " can't be written yet",
                        "Take the variant '" + hypervisor.id() + "' out of the definition.");
        };
    }

    static String fileOf(Hypervisor hypervisor) {
        return hypervisor.id() + "." + formatOf(hypervisor).extension();
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public SortedMap<String, String> inputs(BuildSpec build) {
        return new TreeMap<>(build.hypervisors().stream()
                .collect(Collectors.toMap(
                        hypervisor -> "variant " + hypervisor.id(),
                        hypervisor -> formatOf(hypervisor).qemuName())));
    }

    @Override
    public Duration usual() {
        return Duration.ofMinutes(1);
    }

    @Override
    public void run(BuildSpec build, Workplace workplace) {
        for (var hypervisor : build.hypervisors()) {
            qcow2.run(
                    new Qcow2Export.Request(
                            workplace.input(OptimizePhase.NAME, OptimizePhase.GOLDEN),
                            workplace.target().resolve(fileOf(hypervisor)),
                            workplace.logs().resolve("export.log")),
                    workplace.activity());
        }
    }
}
