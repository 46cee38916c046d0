package dev.cstemplates.pipeline.phase;

import dev.cstemplates.catalog.Source;
import dev.cstemplates.core.ByteSize;
import dev.cstemplates.core.Failure;
import dev.cstemplates.disk.DiskFormat;
import dev.cstemplates.disk.DiskReaders;
import dev.cstemplates.disk.QemuImg;
import dev.cstemplates.disk.qcow2.Qcow2Header;
import dev.cstemplates.engine.ResourceRequirements;
import dev.cstemplates.guest.RootGrowth;
import dev.cstemplates.host.process.Processes;
import dev.cstemplates.media.MediaLibrary;
import dev.cstemplates.media.VerifiedMedia;
import dev.cstemplates.pipeline.request.ResolvedBuild;
import java.time.Duration;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * Creates the first disk from the vendor's cloud image: a standalone copy with the size of the definition's disk and a grown root file
 * system. Nothing in the image is executed; the preparation gets access through cloud-init, as on every first disk.
 */
public final class ImagePhase implements Phase {

    /** Increase when the processing of images changes. */
    private static final String RECIPE = "1";

    private final MediumResolver media;
    private final Processes processes;

    public ImagePhase(Supplier<MediaLibrary> library, Processes processes) {
        this.media = new MediumResolver(library);
        this.processes = processes;
    }

    @Override
    public String name() {
        return FirstDisk.PHASE;
    }

    @Override
    public boolean appliesTo(ResolvedBuild build) {
        return build.source() == Source.IMAGE;
    }

    @Override
    public SortedMap<String, String> inputs(ResolvedBuild build) {
        var inputs = new TreeMap<String, String>();
        inputs.put("recipe", "image " + RECIPE);
        inputs.put("disk", Long.toString(build.definition().machine().disk().bytes()));
        return inputs;
    }

    @Override
    public ResourceRequirements requirements(ResolvedBuild build) {
        return new ResourceRequirements(APPLIANCE, build.definition().machine().cpus(), Phase.written(build));
    }

    @Override
    public Duration usual() {
        return Duration.ofMinutes(2);
    }

    @Override
    public void run(ResolvedBuild build, PhaseContext context) {
        var medium = media.refetch(build, FetchPhase.medium(context), context.activity());
        var qemu = new QemuImg(processes, context.logs().resolve("image.log"));
        requireSound(medium, build, qemu);
        var disk = context.target().resolve(FirstDisk.FILE);
        context.activity().accept("copying " + medium.fileName());
        qemu.convert(medium.path(), "qcow2", disk, DiskFormat.QCOW2, List.of(), List.of(), percent -> {});
        qemu.resize(disk, "qcow2", build.definition().machine().disk());
        context.activity().accept("growing its root file system");
        new RootGrowth(processes, build.accelerator())
                .grow(
                        disk,
                        build.definition().machine().disk(),
                        context.scratch(),
                        context.logs().resolve("image.log"));
    }

    /** Even a signed image is opened by QEMU only after our own reader has found it to be a single plain file. */
    private static void requireSound(VerifiedMedia medium, ResolvedBuild build, QemuImg qemu) {
        var file = medium.path();
        if (!DiskReaders.detect(file).equals("qcow2")) {
            throw refused(medium, "it is not a QCOW2 disk");
        }
        var header = Qcow2Header.read(file);
        if (header.hasBackingFile()) {
            throw refused(medium, "it has a backing file");
        }
        if (header.hasExternalDataFile()) {
            throw refused(medium, "its data is in an external file");
        }
        if (header.encryption() != 0) {
            throw refused(medium, "it is encrypted");
        }
        if (header.isDirty() || header.isCorrupt()) {
            throw refused(medium, "it is marked as corrupt or dirty");
        }
        var problems = qemu.check(file, "qcow2");
        if (!problems.isEmpty()) {
            throw refused(medium, "qemu-img check finds: " + String.join("; ", problems));
        }
        var size = new ByteSize(header.virtualSize());
        var disk = build.definition().machine().disk();
        if (size.compareTo(disk) > 0) {
            throw Failure.usage(
                    "%s is a disk of %s, and %s has one of %s"
                            .formatted(
                                    medium.fileName(), size, build.definition().id(), disk),
                    "Give the definition a larger machine.disk.");
        }
    }

    private static Failure refused(VerifiedMedia medium, String why) {
        return Failure.build(
                "Cannot use " + medium.fileName() + ": " + why,
                "Its digest is correct (" + medium.evidence().text()
                        + "). Report it to the vendor, or build from another source.");
    }
}
