package dev.cstemplates.pipeline;

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
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/** A phase whose disk comes out of a rendered Packer project; the project stays in the build's folder. */
abstract class PackerPhase implements Phase {

    /** Where the project lies in the phase's logs. */
    static final String PROJECT = "project";

    private final ProjectRenderer renderer;
    private final PackerRun packer;

    PackerPhase(ProjectRenderer renderer, PackerRun packer) {
        this.renderer = renderer;
        this.packer = packer;
    }

    /** What Packer is asked for. */
    abstract PackerProject project(BuildSpec build);

    /** Packer variables that only this run knows; files that they name may be put into the rendered project's folder. */
    abstract Map<String, String> variables(BuildSpec build, RenderedProject project, Workplace workplace);

    /** Longest time that the run may take. */
    abstract Duration limit(BuildSpec build);

    /** Texts that no log may hold. */
    List<String> secrets(BuildSpec build) {
        return List.of();
    }

    @Override
    public final SortedMap<String, String> inputs(BuildSpec build) {
        return renderer.canonicalInputs(project(build.anywhere()));
    }

    @Override
    public final void run(BuildSpec build, Workplace workplace) {
        var folder = workplace.logs().resolve(PROJECT);
        var project = rendered(build, folder);
        try {
            var run = PackerRun.Build.of(project, workplace.logs(), limit(build))
                    .telling(event -> {}, workplace.activity())
                    .hiding(secrets(build));
            for (var variable : variables(build, project, workplace).entrySet()) {
                run = run.with(variable.getKey(), variable.getValue());
            }
            var disk = packer.build(run).file();
            Files.move(disk, workplace.target().resolve(FirstDisk.FILE));
        } catch (IOException e) {
            throw Failure.host("The disk that Packer made can't be moved: " + e, "")
                    .because(e);
        } finally {
            project.forget();
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
}
