/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.pipeline.phase;

import dev.cstemplates.core.Failure;
import dev.cstemplates.core.Sha256;
import dev.cstemplates.engine.ResourceRequirements;
import dev.cstemplates.guest.OfflineCleanup;
import dev.cstemplates.host.Installation;
import dev.cstemplates.pipeline.project.PackerProjectFactory;
import dev.cstemplates.pipeline.request.ResolvedBuild;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.SortedMap;
import java.util.TreeMap;

/** Removes all traces of the build and all unused space from the prepared disk: the result is the golden disk. */
public final class OptimizePhase implements Phase {

    static final String NAME = "optimize";
    static final String GOLDEN = "golden.qcow2";

    /** Increase when the clean-up itself changes. */
    private static final String RECIPE = "2";

    private final Installation installation;
    private final OfflineCleanup cleanup;

    public OptimizePhase(Installation installation, OfflineCleanup cleanup) {
        this.installation = installation;
        this.cleanup = cleanup;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public SortedMap<String, String> inputs(ResolvedBuild build) {
        var inputs = new TreeMap<String, String>();
        inputs.put("recipe", RECIPE);
        for (var script : PackerProjectFactory.scripts(scripts(build))) {
            try {
                inputs.put(
                        "scripts/cleanup/" + script.getFileName(),
                        Sha256.of(script).hex());
            } catch (IOException e) {
                throw Failure.host("Cannot read the script " + script + ": " + e, "")
                        .because(e);
            }
        }
        return inputs;
    }

    @Override
    public ResourceRequirements requirements(ResolvedBuild build) {
        return new ResourceRequirements(APPLIANCE, 1, Phase.written(build));
    }

    @Override
    public Duration usual() {
        return Duration.ofMinutes(2);
    }

    @Override
    public void run(ResolvedBuild build, PhaseContext context) {
        cleanup.run(
                new OfflineCleanup.CleanupRequest(
                        context.input(PreparePhase.NAME, FirstDisk.FILE),
                        context.target().resolve(GOLDEN),
                        context.scratch(),
                        scripts(build),
                        context.logs().resolve("optimize.log"),
                        build.architecture(),
                        build.accelerator()),
                context.activity());
    }

    private Path scripts(ResolvedBuild build) {
        return installation
                .scripts()
                .resolve("cleanup")
                .resolve(build.definition().packageFamily());
    }
}
