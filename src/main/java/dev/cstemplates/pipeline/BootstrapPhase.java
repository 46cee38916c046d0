package dev.cstemplates.pipeline;

import dev.cstemplates.catalog.Source;
import dev.cstemplates.engine.Needs;
import dev.cstemplates.guest.GuestWatch;
import dev.cstemplates.host.Architecture;
import dev.cstemplates.packer.PackerProject;
import dev.cstemplates.packer.PackerRun;
import dev.cstemplates.packer.ProjectRenderer;
import dev.cstemplates.packer.RenderedProject;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** Makes the first disk with the distribution's own package tool. */
public final class BootstrapPhase extends PackerPhase {

    private static final Duration LIMIT = Duration.ofHours(1);

    private final Projects projects;

    public BootstrapPhase(Projects projects, ProjectRenderer renderer, PackerRun packer, GuestWatch watch) {
        super(renderer, packer, watch);
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
    Map<String, String> variables(BuildSpec build, RenderedProject project, Workplace workplace) {
        return Map.of("work", workplace.scratch().toString());
    }

    @Override
    Optional<Duration> stall(BuildSpec build) {
        return Optional.empty();
    }

    @Override
    Duration limit(BuildSpec build) {
        // Packages of another architecture are installed under emulation.
        return build.architecture() == Architecture.ofThisHost() ? LIMIT : LIMIT.multipliedBy(build.slowness());
    }
}
