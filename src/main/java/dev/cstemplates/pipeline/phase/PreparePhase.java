/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.pipeline.phase;

import dev.cstemplates.guest.GuestWatchdog;
import dev.cstemplates.packer.PackerProject;
import dev.cstemplates.packer.PackerRun;
import dev.cstemplates.packer.ProjectRenderer;
import dev.cstemplates.packer.RenderedProject;
import dev.cstemplates.pipeline.layer.Layer;
import dev.cstemplates.pipeline.project.PackerProjectFactory;
import dev.cstemplates.pipeline.request.ResolvedBuild;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** Boots the first disk and prepares it for CloudStack; its result ages because it contains the latest package updates. */
public final class PreparePhase extends PackerPhase {

    static final String NAME = "prepare";

    private final PackerProjectFactory projects;

    public PreparePhase(
            PackerProjectFactory projects, ProjectRenderer renderer, PackerRun packer, GuestWatchdog watch) {
        super(renderer, packer, watch);
        this.projects = projects;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Duration usual() {
        return Duration.ofMinutes(3);
    }

    @Override
    public Optional<String> reasonToRepeat(ResolvedBuild build, Layer layer, Duration age) {
        return age.compareTo(build.definition().limits().maxAge()) > 0
                ? Optional.of("its package updates are " + age.toDays() + " days old")
                : Optional.empty();
    }

    @Override
    PackerProject project(ResolvedBuild build) {
        return projects.prepare(build);
    }

    @Override
    Map<String, String> variables(ResolvedBuild build, RenderedProject project, PhaseContext context) {
        return Map.of(
                "base_disk",
                context.input(FirstDisk.PHASE, FirstDisk.FILE).toAbsolutePath().toString());
    }

    /** A working guest is never inactive for as long as a boot may take. */
    @Override
    Optional<Duration> stall(ResolvedBuild build) {
        return Optional.of(build.definition().limits().boot().multipliedBy(build.slowness()));
    }

    @Override
    Duration limit(ResolvedBuild build) {
        return build.definition().limits().prepare().multipliedBy(build.slowness());
    }
}
