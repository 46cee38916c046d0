package dev.cstemplates.pipeline.phase;

import dev.cstemplates.core.Failure;
import dev.cstemplates.core.FileTrees;
import dev.cstemplates.guest.GuestWatchdog;
import dev.cstemplates.guest.SocketFolder;
import dev.cstemplates.guest.WatchedGuest;
import dev.cstemplates.packer.PackerProject;
import dev.cstemplates.packer.PackerRun;
import dev.cstemplates.packer.ProjectRenderer;
import dev.cstemplates.packer.RenderedProject;
import dev.cstemplates.pipeline.request.ResolvedBuild;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/** A phase whose disk comes out of a rendered Packer project; the project stays in the build's folder. */
public abstract class PackerPhase implements Phase {

    private final ProjectRenderer renderer;
    private final PackerRun packer;
    private final GuestWatchdog watch;

    PackerPhase(ProjectRenderer renderer, PackerRun packer, GuestWatchdog watch) {
        this.renderer = renderer;
        this.packer = packer;
        this.watch = watch;
    }

    /** What Packer is asked for. */
    abstract PackerProject project(ResolvedBuild build);

    /** Packer variables that only this run knows; files that they name may be put into the rendered project's folder. */
    abstract Map<String, String> variables(ResolvedBuild build, RenderedProject project, Workplace workplace);

    /** Longest time that the run may take. */
    abstract Duration limit(ResolvedBuild build);

    /** How long the guest that Packer runs may show no sign of life; nothing where Packer runs none. */
    abstract Optional<Duration> stall(ResolvedBuild build);

    /** Whether that guest runs an installer. */
    boolean installs() {
        return false;
    }

    /** Texts that no log may hold. */
    List<String> secrets(ResolvedBuild build) {
        return List.of();
    }

    @Override
    public final SortedMap<String, String> inputs(ResolvedBuild build) {
        return renderer.canonicalInputs(project(build.anywhere()));
    }

    @Override
    public final void run(ResolvedBuild build, Workplace workplace) {
        var folder = workplace.logs().resolve(RenderedProject.DIRECTORY);
        var project = rendered(build, folder);
        try {
            var run = PackerRun.PackerBuild.of(project, workplace.logs(), limit(build))
                    .reportingTo(workplace.activity())
                    .hiding(secrets(build));
            for (var variable : variables(build, project, workplace).entrySet()) {
                run = run.with(variable.getKey(), variable.getValue());
            }
            Files.move(made(run, stall(build), workplace), workplace.target().resolve(FirstDisk.FILE));
        } catch (Failure failure) {
            // A guest may have shown them on its console, whose end the failure quotes.
            throw failure.hiding(secrets(build));
        } catch (IOException e) {
            throw Failure.host("Cannot move the disk that Packer created: " + e, "")
                    .because(e);
        } finally {
            project.forget();
        }
    }

    private Path made(PackerRun.PackerBuild run, Optional<Duration> stall, Workplace workplace) {
        if (stall.isEmpty()) {
            return packer.build(run).file();
        }
        try (var sockets = SocketFolder.create()) {
            var monitor = sockets.resolve("qmp");
            var told = run.with("qmp", "unix:" + monitor + ",server=on,wait=off");
            var guest = new WatchedGuest(monitor, run.project().serialLog(), installs(), stall.get(), workplace.logs());
            return watch.over(
                    guest,
                    alive -> packer.build(told.reportingTo(line -> {
                                alive.run();
                                workplace.activity().accept(line);
                            }))
                            .file());
        }
    }

    private RenderedProject rendered(ResolvedBuild build, Path folder) {
        try {
            // A phase that is tried again renders again: each try has its own key.
            FileTrees.delete(folder);
        } catch (IOException e) {
            throw Failure.host("Cannot remove the previous attempt in " + folder + ": " + e, "")
                    .because(e);
        }
        return renderer.render(project(build), folder);
    }
}
