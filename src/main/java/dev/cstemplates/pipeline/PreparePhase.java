package dev.cstemplates.pipeline;

import dev.cstemplates.guest.GuestWatch;
import dev.cstemplates.packer.PackerProject;
import dev.cstemplates.packer.PackerRun;
import dev.cstemplates.packer.ProjectRenderer;
import dev.cstemplates.packer.RenderedProject;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** Boots the first disk and makes it what CloudStack needs; ages, because it brings the latest package updates. */
public final class PreparePhase extends PackerPhase {

    static final String NAME = "prepare";

    private final Projects projects;

    public PreparePhase(Projects projects, ProjectRenderer renderer, PackerRun packer, GuestWatch watch) {
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
    public Optional<String> reasonToRepeat(BuildSpec build, Layer layer, Duration age) {
        return age.compareTo(build.definition().limits().maxAge()) > 0
                ? Optional.of("its package updates are " + age.toDays() + " days old")
                : Optional.empty();
    }

    @Override
    PackerProject project(BuildSpec build) {
        return projects.prepare(build);
    }

    @Override
    Map<String, String> variables(BuildSpec build, RenderedProject project, Workplace workplace) {
        return Map.of(
                "base_disk",
                workplace
                        .input(FirstDisk.PHASE, FirstDisk.FILE)
                        .toAbsolutePath()
                        .toString());
    }

    /** A guest that works is never still for as long as one takes to boot. */
    @Override
    Optional<Duration> stall(BuildSpec build) {
        return Optional.of(build.definition().limits().boot().multipliedBy(build.slowness()));
    }

    @Override
    Duration limit(BuildSpec build) {
        return build.definition().limits().prepare().multipliedBy(build.slowness());
    }
}
