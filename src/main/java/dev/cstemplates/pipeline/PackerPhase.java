package dev.cstemplates.pipeline;

import dev.cstemplates.guest.GuestWatch;
import dev.cstemplates.guest.SocketFolder;
import dev.cstemplates.guest.Watched;
import dev.cstemplates.host.Failure;
import dev.cstemplates.host.Folders;
import dev.cstemplates.packer.PackerProject;
import dev.cstemplates.packer.PackerRun;
import dev.cstemplates.packer.ProjectRenderer;
import dev.cstemplates.packer.RenderedProject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/** A phase whose disk comes out of a rendered Packer project; the project stays in the build's folder. */
abstract class PackerPhase implements Phase {

    /** The file that such a phase leaves. */
    static final String DISK = "disk.qcow2";

    private final ProjectRenderer renderer;
    private final PackerRun packer;
    private final GuestWatch watch;

    PackerPhase(ProjectRenderer renderer, PackerRun packer, GuestWatch watch) {
        this.renderer = renderer;
        this.packer = packer;
        this.watch = watch;
    }

    /** What Packer is asked for. */
    abstract PackerProject project(BuildSpec build);

    /** Packer variables that only this run knows. */
    abstract Map<String, String> variables(Workplace workplace);

    /** Longest time that the run may take. */
    abstract Duration limit(BuildSpec build);

    /** How long the guest that Packer runs may show no sign of life; nothing where Packer runs none. */
    abstract Optional<Duration> stall(BuildSpec build);

    /** Whether that guest runs an installer. */
    boolean installs() {
        return false;
    }

    @Override
    public final SortedMap<String, String> inputs(BuildSpec build) {
        return renderer.canonicalInputs(project(build.anywhere()));
    }

    @Override
    public final void run(BuildSpec build, Workplace workplace) {
        var folder = workplace.logs().resolve("project");
        var run = PackerRun.Build.of(rendered(build, folder), workplace.logs(), limit(build))
                .telling(event -> {}, workplace.activity());
        for (var variable : variables(workplace).entrySet()) {
            run = run.with(variable.getKey(), variable.getValue());
        }
        try {
            var disk = made(run, stall(build), workplace);
            Files.move(disk, workplace.target().resolve(DISK));
        } catch (IOException e) {
            throw Failure.host("The disk that Packer made can't be moved: " + e, "")
                    .because(e);
        } finally {
            forgetKeys(folder);
        }
    }

    private Path made(PackerRun.Build run, Optional<Duration> stall, Workplace workplace) {
        if (stall.isEmpty()) {
            return packer.build(run).file();
        }
        try (var sockets = SocketFolder.make()) {
            var monitor = sockets.resolve("qmp");
            var told = run.with("qmp", "unix:" + monitor + ",server=on,wait=off");
            var guest = new Watched(monitor, run.project().serialLog(), installs(), stall.get(), workplace.logs());
            return watch.over(
                    guest,
                    alive -> packer.build(told.telling(event -> {}, line -> {
                                alive.run();
                                workplace.activity().accept(line);
                            }))
                            .file());
        }
    }

    private RenderedProject rendered(BuildSpec build, Path folder) {
        try {
            // A phase that is tried again renders again: each try has its own key.
            Folders.delete(folder);
        } catch (IOException e) {
            throw Failure.host("The former try in " + folder + " can't be removed: " + e, "")
                    .because(e);
        }
        return renderer.render(project(build), folder);
    }

    private static void forgetKeys(Path folder) {
        try {
            Folders.delete(folder.resolve("ssh"));
            Folders.delete(folder.resolve("output"));
        } catch (IOException e) {
            throw Failure.host("The one-time key in " + folder + " can't be removed: " + e, "Remove it by hand.")
                    .because(e);
        }
    }
}
