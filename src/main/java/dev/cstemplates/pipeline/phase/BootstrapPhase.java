/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.pipeline.phase;

import dev.cstemplates.catalog.Source;
import dev.cstemplates.core.Architecture;
import dev.cstemplates.engine.ResourceRequirements;
import dev.cstemplates.guest.GuestWatchdog;
import dev.cstemplates.packer.PackerProject;
import dev.cstemplates.packer.PackerRun;
import dev.cstemplates.packer.ProjectRenderer;
import dev.cstemplates.packer.RenderedProject;
import dev.cstemplates.pipeline.project.PackerProjectFactory;
import dev.cstemplates.pipeline.request.ResolvedBuild;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** Creates the first disk with the distribution's package tool. */
public final class BootstrapPhase extends PackerPhase {

    private static final Duration LIMIT = Duration.ofHours(1);

    private final PackerProjectFactory projects;

    public BootstrapPhase(
            PackerProjectFactory projects, ProjectRenderer renderer, PackerRun packer, GuestWatchdog watch) {
        super(renderer, packer, watch);
        this.projects = projects;
    }

    @Override
    public String name() {
        return FirstDisk.PHASE;
    }

    @Override
    public boolean appliesTo(ResolvedBuild build) {
        return build.source() == Source.BOOTSTRAP;
    }

    @Override
    public ResourceRequirements requirements(ResolvedBuild build) {
        return new ResourceRequirements(APPLIANCE, build.definition().machine().cpus(), Phase.written(build));
    }

    @Override
    public Duration usual() {
        return Duration.ofMinutes(4);
    }

    @Override
    PackerProject project(ResolvedBuild build) {
        return projects.bootstrap(build);
    }

    @Override
    Map<String, String> variables(ResolvedBuild build, RenderedProject project, PhaseContext context) {
        return Map.of("work", context.scratch().toString());
    }

    @Override
    Optional<Duration> stall(ResolvedBuild build) {
        return Optional.empty();
    }

    @Override
    Duration limit(ResolvedBuild build) {
        // Packages of a foreign architecture are installed under emulation.
        return build.architecture() == Architecture.ofThisHost() ? LIMIT : LIMIT.multipliedBy(build.slowness());
    }
}
