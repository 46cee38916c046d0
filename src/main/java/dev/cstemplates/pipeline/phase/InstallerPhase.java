package dev.cstemplates.pipeline.phase;

import dev.cstemplates.catalog.Definition;
import dev.cstemplates.catalog.Media;
import dev.cstemplates.catalog.Source;
import dev.cstemplates.core.ByteSize;
import dev.cstemplates.core.CstHome;
import dev.cstemplates.core.Failure;
import dev.cstemplates.engine.ResourceRequirements;
import dev.cstemplates.guest.GuestWatchdog;
import dev.cstemplates.host.process.Processes;
import dev.cstemplates.media.IsoImage;
import dev.cstemplates.media.MediaLibrary;
import dev.cstemplates.packer.InstallerProject;
import dev.cstemplates.packer.PackerProject;
import dev.cstemplates.packer.PackerRun;
import dev.cstemplates.packer.ProjectRenderer;
import dev.cstemplates.packer.RenderedProject;
import dev.cstemplates.packer.answers.Subscription;
import dev.cstemplates.pipeline.project.PackerProjectFactory;
import dev.cstemplates.pipeline.request.ResolvedBuild;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/** Creates the first disk with the vendor's installer, which boots directly from its kernel, runs unattended and powers off. */
public final class InstallerPhase extends PackerPhase {

    private static final ByteSize KERNEL_LIMIT = ByteSize.ofMiB(128);
    private static final ByteSize INITRD_LIMIT = ByteSize.ofGiB(1);

    /** Time for what Packer does before and after the installer runs. */
    private static final Duration AROUND = Duration.ofMinutes(15);

    private final PackerProjectFactory projects;
    private final MediumResolver media;
    private final Processes processes;
    private final Function<Definition, Optional<Subscription>> subscriptions;

    /** @param subscriptions credentials to register with, if the operator passed any */
    public InstallerPhase(
            PackerProjectFactory projects,
            Supplier<MediaLibrary> library,
            Processes processes,
            Function<Definition, Optional<Subscription>> subscriptions,
            ProjectRenderer renderer,
            PackerRun packer,
            GuestWatchdog watch) {
        super(renderer, packer, watch);
        this.projects = projects;
        this.media = new MediumResolver(library);
        this.processes = processes;
        this.subscriptions = subscriptions;
    }

    @Override
    public String name() {
        return FirstDisk.PHASE;
    }

    @Override
    public boolean appliesTo(ResolvedBuild build) {
        return build.source() == Source.ISO;
    }

    @Override
    public Duration usual() {
        return Duration.ofMinutes(20);
    }

    @Override
    PackerProject project(ResolvedBuild build) {
        return projects.installer(build, subscriptions.apply(build.definition()).orElse(null));
    }

    @Override
    Map<String, String> variables(ResolvedBuild build, RenderedProject project, PhaseContext context) {
        var boot = boot(build);
        var folder = CstHome.createDirectories(project.media());
        var medium = media.refetch(build, FetchPhase.medium(context), context.activity());
        context.activity().accept("extracting kernel and initrd from " + medium.fileName());
        var iso = IsoImage.open(medium.path(), processes);
        return Map.of(
                "iso",
                link(medium.path(), folder.resolve("installer.iso")).toString(),
                "iso_label",
                InstallerProject.label(iso.label()),
                "kernel",
                iso.extract(boot.kernel(), folder.resolve("kernel"), KERNEL_LIMIT)
                        .toString(),
                "initrd",
                iso.extract(boot.initrd(), folder.resolve("initrd"), INITRD_LIMIT)
                        .toString());
    }

    private static Media.BootFiles boot(ResolvedBuild build) {
        var iso = build.target().iso();
        var boot = iso == null ? null : iso.boot();
        if (boot == null) {
            throw Failure.usage(
                    "%s does not specify kernel and initrd of the ISO for %s"
                            .formatted(
                                    build.definition().id(),
                                    build.architecture().id()),
                    "Add 'kernel' and 'initrd' to its iso.");
        }
        return boot;
    }

    /** Links a file under a safe name: Packer and QEMU would misread some names of operators' files. */
    private static Path link(Path file, Path name) {
        try {
            return Files.createSymbolicLink(name, file.toAbsolutePath());
        } catch (IOException e) {
            throw Failure.host("Cannot create the link " + name + " to the ISO: " + e, "Check for a full disk.")
                    .because(e);
        }
    }

    @Override
    public ResourceRequirements requirements(ResolvedBuild build) {
        var installer = build.definition().installer();
        var usual = super.requirements(build);
        return installer == null
                ? usual
                : new ResourceRequirements(installer.memory().plus(OVERHEAD), usual.cpus(), usual.disk());
    }

    @Override
    Optional<Duration> stall(ResolvedBuild build) {
        return Optional.ofNullable(build.definition().installer())
                .map(installer -> installer.stall().multipliedBy(build.slowness()));
    }

    @Override
    boolean installs() {
        return true;
    }

    @Override
    List<String> secrets(ResolvedBuild build) {
        return subscriptions
                .apply(build.definition())
                .map(subscription -> List.of(subscription.code()))
                .orElse(List.of());
    }

    @Override
    Duration limit(ResolvedBuild build) {
        return build.definition().installer() == null
                ? AROUND
                : build.definition()
                        .installer()
                        .limit()
                        .multipliedBy(build.slowness())
                        .plus(AROUND);
    }
}
