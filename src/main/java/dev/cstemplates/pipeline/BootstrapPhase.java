package dev.cstemplates.pipeline;

import dev.cstemplates.catalog.Source;
import dev.cstemplates.packer.PackerProject;
import dev.cstemplates.packer.PackerRun;
import dev.cstemplates.packer.ProjectRenderer;
import dev.cstemplates.packer.RenderedProject;
import java.time.Duration;
import java.util.Map;

/** Makes the first disk with the distribution's own package tool. */
public final class BootstrapPhase extends PackerPhase {

    private static final Duration LIMIT = Duration.ofHours(1);

    private final Projects projects;

    public BootstrapPhase(Projects projects, ProjectRenderer renderer, PackerRun packer) {
        super(renderer, packer);
        this.projects = projects;
    }

    @Override
    public String name() {
        return FirstDisk.PHASE;
    }

    @Override
    public boolean appliesTo(BuildSpec build) {
        return build.source() == Source.BOOTSTRAP;
    }

    @Override
    public Duration usual() {
        return Duration.ofMinutes(4);
    }

    @Override
    PackerProject project(BuildSpec build) {
        return projects.bootstrap(build);
    }

    @Override
    Map<String, String> variables(BuildSpec build, RenderedProject project, Workplace workplace) {
        return Map.of("work", workplace.scratch().toString());
    }

    @Override
    Duration limit(BuildSpec build) {
        return LIMIT;
    }
}
