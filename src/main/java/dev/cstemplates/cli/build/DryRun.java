/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.cli.build;

import dev.cstemplates.cli.terminal.Output;
import dev.cstemplates.engine.Budget;
import dev.cstemplates.engine.WorkerSelector;
import dev.cstemplates.pipeline.Pipeline;
import dev.cstemplates.pipeline.Plan;
import dev.cstemplates.pipeline.request.BuildOptions;
import dev.cstemplates.pipeline.request.ResolvedBuild;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Prints what builds would do. */
final class DryRun {

    private final Output output;
    private final Pipeline pipeline;
    private final Budget budget;
    private final @Nullable String queue;
    private final @Nullable String profile;

    /**
     * @param queue where they would run; null for this host
     * @param profile how their artifacts would be published; null if they would not
     */
    DryRun(Output output, Pipeline pipeline, Budget budget, @Nullable String queue, @Nullable String profile) {
        this.output = output;
        this.pipeline = pipeline;
        this.budget = budget;
        this.queue = queue;
        this.profile = profile;
    }

    /** Returns the exit code. */
    int print(Collection<ResolvedBuild> builds, BuildOptions options, boolean json) {
        if (json) {
            output.json(builds.stream().map(build -> fields(build, options)).toList());
        } else {
            builds.forEach(build -> print(build, options));
            if (profile != null) {
                output.line("Then each artifact is published with profile '" + profile + "'.");
            }
            var available = budget.now(Set.of());
            output.line("Available on this host: %s of memory, %d processors and %s of disk."
                    .formatted(available.memory(), available.cpus(), available.disk()));
        }
        return 0;
    }

    private void print(ResolvedBuild build, BuildOptions options) {
        var steps = pipeline.plan(build, options).steps();
        var expected = steps.stream().map(Plan.Step::expected).reduce(Duration.ZERO, Duration::plus);
        output.line("%s from %s on %s, ~%s"
                .formatted(build.definition().id(), build.source().id(), where(build), ProgressRow.clock(expected)));
        output.table(
                List.of("phase", "runs", "expected", "memory", "cpus", "disk", "why"),
                steps.stream().map(DryRun::row).toList());
    }

    private Map<String, Object> fields(ResolvedBuild build, BuildOptions options) {
        return Map.of(
                "id", build.definition().id(),
                "source", build.source().id(),
                "where", where(build),
                "phases",
                        pipeline.plan(build, options).steps().stream()
                                .map(DryRun::fields)
                                .toList());
    }

    private static Map<String, Object> fields(Plan.Step step) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("phase", step.phase());
        fields.put("runs", step.runs());
        fields.put("reason", step.reason());
        fields.put("expectedSeconds", step.expected().toSeconds());
        fields.put("memory", step.requirements().memory().bytes());
        fields.put("cpus", step.requirements().cpus());
        fields.put("disk", step.requirements().disk().bytes());
        return fields;
    }

    private String where(ResolvedBuild build) {
        return queue != null
                ? queue
                : WorkerSelector.machine(
                        build.architecture().id(), build.accelerator().id());
    }

    private static List<String> row(Plan.Step step) {
        var requirements = step.requirements();
        return step.runs()
                ? List.of(
                        step.phase(),
                        "yes",
                        "~" + ProgressRow.clock(step.expected()),
                        requirements.memory().toString(),
                        Integer.toString(requirements.cpus()),
                        requirements.disk().toString(),
                        step.reason())
                : List.of(step.phase(), "no", "", "", "", "", step.reason());
    }
}
