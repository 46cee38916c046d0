/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.pipeline.phase;

import dev.cstemplates.catalog.Definition;
import dev.cstemplates.core.Failure;
import dev.cstemplates.core.Firmware;
import dev.cstemplates.core.Hypervisor;
import dev.cstemplates.core.Sha256;
import dev.cstemplates.disk.DiskFormat;
import dev.cstemplates.disk.export.Content;
import dev.cstemplates.disk.export.DiskExport;
import dev.cstemplates.disk.export.Output;
import dev.cstemplates.disk.export.WrittenDisk;
import dev.cstemplates.disk.ova.OvaMachine;
import dev.cstemplates.disk.qcow2.Qcow2Reader;
import dev.cstemplates.engine.ResourceRequirements;
import dev.cstemplates.guest.OfflineVariants;
import dev.cstemplates.host.Installation;
import dev.cstemplates.pipeline.request.ResolvedBuild;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Exports the golden disk for each hypervisor. The settings of a hypervisor go into a thin overlay; all formats are written in a single
 * pass over the golden disk.
 */
public final class ExportPhase implements Phase {

    static final String NAME = "export";

    /** The file with the list of {@link ExportedDisk}s. */
    static final String DISKS = "disks.json";

    /** Increase when the exported files change, so that layers of older versions are not reused. */
    private static final String WRITER = "2";

    private final Installation installation;
    private final OfflineVariants variants;
    private final DiskExport export;

    public ExportPhase(Installation installation, OfflineVariants variants, DiskExport export) {
        this.installation = installation;
        this.variants = variants;
        this.export = export;
    }

    /**
     * An entry of {@link #DISKS}.
     *
     * @param virtualSize of the disk in bytes
     * @param contentDigest see {@code specs/disk-formats.md}
     */
    record ExportedDisk(String file, long virtualSize, String contentDigest) {}

    /** The format that CloudStack expects for a hypervisor. */
    public static DiskFormat formatOf(Hypervisor hypervisor) {
        return switch (hypervisor) {
            case KVM -> DiskFormat.QCOW2;
            case XENSERVER -> DiskFormat.VHD;
            case VMWARE -> DiskFormat.OVA;
            case HYPERV -> DiskFormat.VHDX;
        };
    }

    /** Name of a hypervisor's file in the result. */
    static String fileOf(Hypervisor hypervisor) {
        return hypervisor.id() + "." + formatOf(hypervisor).extension();
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public SortedMap<String, String> inputs(ResolvedBuild build) {
        var inputs = new TreeMap<String, String>();
        inputs.put("writer", WRITER);
        for (var hypervisor : build.hypervisors()) {
            inputs.put("format." + hypervisor.id(), formatOf(hypervisor).id());
            inputs.putAll(variantInputs(build.definition(), hypervisor));
        }
        if (build.hypervisors().size() > 1) {
            try {
                inputs.put(
                        "scripts/variants/" + script().getFileName(),
                        Sha256.of(script()).hex());
            } catch (IOException e) {
                throw Failure.host("Cannot read the script " + script() + ": " + e, "")
                        .because(e);
            }
        }
        return inputs;
    }

    /** A definition's settings for one hypervisor. */
    static SortedMap<String, String> variantInputs(Definition definition, Hypervisor hypervisor) {
        var variant = variantOf(definition, hypervisor);
        var name = "variant." + hypervisor.id() + ".";
        var inputs = new TreeMap<String, String>();
        inputs.put(name + "datasources", String.join(" ", variant.datasources()));
        if (variant.vsphere() != null) {
            inputs.put(name + "vsphere.osType", variant.vsphere().osType());
            inputs.put(
                    name + "vsphere.hardwareVersion",
                    Integer.toString(variant.vsphere().hardwareVersion()));
        }
        return inputs;
    }

    @Override
    public ResourceRequirements requirements(ResolvedBuild build) {
        return new ResourceRequirements(APPLIANCE, 1, Phase.written(build));
    }

    @Override
    public Duration usual() {
        return Duration.ofMinutes(1);
    }

    @Override
    public void run(ResolvedBuild build, PhaseContext context) {
        var golden = context.input(OptimizePhase.NAME, OptimizePhase.GOLDEN);
        var opened = new ArrayList<Qcow2Reader>();
        try (var base = Qcow2Reader.open(golden)) {
            var outputs = new ArrayList<Output>();
            for (var variant : overlays(build, context, golden).entrySet()) {
                var overlay = Qcow2Reader.open(variant.getValue(), base);
                opened.add(overlay);
                outputs.add(output(build, variant.getKey(), new Content(overlay, overlay::isOwn), context));
            }
            outputs.add(output(build, Hypervisor.KVM, Content.of(base), context));
            keep(export.run(base, outputs, context.logs().resolve("export.log"), context.activity()), context.target());
        } finally {
            opened.forEach(Qcow2Reader::close);
        }
    }

    /** Creates an overlay for each hypervisor except KVM, which uses the golden disk itself. */
    private Map<Hypervisor, Path> overlays(ResolvedBuild build, PhaseContext context, Path golden) {
        var overlays = new LinkedHashMap<Hypervisor, Path>();
        var disks = new ArrayList<OfflineVariants.VariantDisk>();
        for (var hypervisor : build.hypervisors()) {
            if (hypervisor != Hypervisor.KVM) {
                var overlay = context.scratch().resolve(hypervisor.id() + ".overlay");
                overlays.put(hypervisor, overlay);
                disks.add(new OfflineVariants.VariantDisk(hypervisor.id(), overlay, environment(build, hypervisor)));
            }
        }
        if (!disks.isEmpty()) {
            context.activity().accept("setting up the variants for " + build.hypervisors());
            variants.make(new OfflineVariants.VariantsRequest(
                    golden,
                    script(),
                    disks,
                    context.scratch(),
                    context.logs().resolve("variants.log"),
                    build.architecture(),
                    build.accelerator()));
        }
        return overlays;
    }

    private static SortedMap<String, String> environment(ResolvedBuild build, Hypervisor hypervisor) {
        return new TreeMap<>(Map.of(
                "CST_DATASOURCES",
                String.join(", ", variantOf(build.definition(), hypervisor).datasources())));
    }

    private static Output output(ResolvedBuild build, Hypervisor hypervisor, Content content, PhaseContext context) {
        return new Output(
                formatOf(hypervisor),
                content,
                context.target().resolve(fileOf(hypervisor)),
                machine(build, hypervisor));
    }

    private static OvaMachine machine(ResolvedBuild build, Hypervisor hypervisor) {
        var definition = build.definition();
        var vsphere = variantOf(definition, hypervisor).vsphere();
        if (vsphere == null) {
            return OvaMachine.ofUnknown(definition.title());
        }
        return new OvaMachine(
                definition.title(),
                vsphere.osType(),
                vsphere.hardwareVersion(),
                definition.machine().cpus(),
                definition.machine().memory().toMiB(),
                Firmware.BIOS);
    }

    private static Definition.Variant variantOf(Definition definition, Hypervisor hypervisor) {
        return Objects.requireNonNull(definition.variants().get(hypervisor));
    }

    private Path script() {
        return installation.scripts().resolve("variants").resolve("cloud-init.sh");
    }

    /** The disks in the result of an earlier run. */
    static List<ExportedDisk> written(PhaseContext context) {
        var file = context.input(NAME, DISKS);
        return List.of(Phase.readResult(NAME, file, ExportedDisk[].class));
    }

    private static void keep(List<WrittenDisk> disks, Path target) {
        Phase.writeResult(
                target.resolve(DISKS),
                disks.stream()
                        .map(disk -> new ExportedDisk(
                                disk.output().target().getFileName().toString(), disk.size(), disk.contentDigest()))
                        .toList());
    }
}
