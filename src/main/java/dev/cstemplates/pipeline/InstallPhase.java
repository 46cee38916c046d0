package dev.cstemplates.pipeline;

import dev.cstemplates.engine.Needs;
import dev.cstemplates.guest.GuestWatch;
import dev.cstemplates.packer.PackerProject;
import dev.cstemplates.packer.PackerRun;
import dev.cstemplates.packer.ProjectRenderer;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** Makes the first disk with the distribution's own package tool. */
public final class InstallPhase extends PackerPhase {

    static final String NAME = "install";

    private static final Duration LIMIT = Duration.ofHours(1);

    private final Projects projects;

    public InstallPhase(Projects projects, ProjectRenderer renderer, PackerRun packer, GuestWatch watch) {
        super(renderer, packer, watch);
        this.projects = projects;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Needs needs(BuildSpec build) {
        return new Needs(APPLIANCE, build.definition().machine().cpus(), Phase.written(build));
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
    Map<String, String> variables(Workplace workplace) {
        return Map.of("work", workplace.scratch().toString());
    }

    @Override
    Optional<Duration> stall(BuildSpec build) {
        return Optional.empty();
    }

    @Override
    Duration limit(BuildSpec build) {
        return LIMIT;
    }
}
