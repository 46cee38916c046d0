/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
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

/** A phase that builds its disk with a rendered Packer project, which is kept in the build's folder. */
public abstract class PackerPhase implements Phase {

    private final ProjectRenderer renderer;
    private final PackerRun packer;
    private final GuestWatchdog watch;

    PackerPhase(ProjectRenderer renderer, PackerRun packer, GuestWatchdog watch) {
        this.renderer = renderer;
        this.packer = packer;
        this.watch = watch;
    }

    /** The project to render. */
    abstract PackerProject project(ResolvedBuild build);

    /** Packer variables of this run; the files that they name may be created in the rendered project's folder. */
    abstract Map<String, String> variables(ResolvedBuild build, RenderedProject project, PhaseContext context);

    /** Maximum duration of the run. */
    abstract Duration limit(ResolvedBuild build);

    /** How long the guest may show no activity; empty if Packer runs no guest. */
    abstract Optional<Duration> stall(ResolvedBuild build);

    /** Whether the guest runs an installer. */
    boolean installs() {
        return false;
    }

    /** Texts to mask in all logs. */
    List<String> secrets(ResolvedBuild build) {
        return List.of();
    }

    @Override
    public final SortedMap<String, String> inputs(ResolvedBuild build) {
        return renderer.canonicalInputs(project(build.anywhere()));
    }

    @Override
    public final void run(ResolvedBuild build, PhaseContext context) {
        var folder = context.logs().resolve(RenderedProject.DIRECTORY);
        var project = render(build, folder);
        try {
            project.storeSecrets(secrets(build));
            var run = PackerRun.PackerBuild.of(project, context.logs(), limit(build))
                    .reportingTo(context.activity())
                    .hiding(secrets(build));
            for (var variable : variables(build, project, context).entrySet()) {
                run = run.with(variable.getKey(), variable.getValue());
            }
            Files.move(build(run, stall(build), context), context.target().resolve(FirstDisk.FILE));
        } catch (Failure failure) {
            // The failure quotes the end of the guest's console, which may contain them.
            throw failure.hiding(secrets(build));
        } catch (IOException e) {
            throw Failure.host("Cannot move the disk that Packer created: " + e, "")
                    .because(e);
        } finally {
            project.deleteRunFiles();
        }
    }

    private Path build(PackerRun.PackerBuild run, Optional<Duration> stall, PhaseContext context) {
        if (stall.isEmpty()) {
            return packer.build(run).file();
        }
        try (var sockets = SocketFolder.create()) {
            var monitor = sockets.resolve("qmp");
            var monitored = run.with("qmp", "unix:" + monitor + ",server=on,wait=off");
            var guest = new WatchedGuest(monitor, run.project().serialLog(), installs(), stall.get(), context.logs());
            return watch.over(
                    guest,
                    alive -> packer.build(monitored.reportingTo(line -> {
                                alive.run();
                                context.activity().accept(line);
                            }))
                            .file());
        }
    }

    private RenderedProject render(ResolvedBuild build, Path folder) {
        try {
            // Each attempt renders again, with a new key.
            FileTrees.delete(folder);
        } catch (IOException e) {
            throw Failure.host("Cannot remove the previous attempt in " + folder + ": " + e, "")
                    .because(e);
        }
        return renderer.render(project(build), folder);
    }
}
