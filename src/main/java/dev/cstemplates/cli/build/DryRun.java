package dev.cstemplates.cli.build;

import dev.cstemplates.cli.App;
import dev.cstemplates.engine.Budget;
import dev.cstemplates.engine.WorkerSelector;
import dev.cstemplates.pipeline.Pipeline;
import dev.cstemplates.pipeline.Plan;
import dev.cstemplates.pipeline.request.ResolvedBuild;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What builds would do.
 *
 * @param queue where they would run; null for this host
 * @param profile where their artifacts would be published; null for nowhere
 */
record DryRun(
        App app,
        Budget budget,
        @Nullable String queue,
        @Nullable String profile) {

    void show(List<ResolvedBuild> specs, Pipeline.Options options) {
        for (var spec : specs) {
            var steps = steps(spec, options);
            var expected = steps.stream().map(Plan.Step::expected).reduce(Duration.ZERO, Duration::plus);
            app.output()
                    .line("%s from %s on %s, ~%s"
                            .formatted(
                                    spec.definition().id(),
                                    spec.source().id(),
                                    where(spec),
                                    ProgressRow.clock(expected)));
            app.output()
                    .table(
                            List.of("phase", "runs", "expected", "memory", "cpus", "disk", "why"),
                            steps.stream().map(DryRun::row).toList());
        }
        if (profile != null) {
            app.output().line("Then each artifact is published as profile '" + profile + "' says.");
        }
        var room = budget.now(Set.of());
        app.output()
                .line("This host has room for %s of memory, %d processors and %s of disk."
                        .formatted(room.memory(), room.cpus(), room.disk()));
    }

    void showAsJson(List<ResolvedBuild> specs, Pipeline.Options options) {
        var plans = new ArrayList<Map<String, Object>>();
        for (var spec : specs) {
            plans.add(Map.of(
                    "id", spec.definition().id(),
                    "source", spec.source().id(),
                    "where", where(spec),
                    "phases", steps(spec, options)));
        }
        app.output().json(plans);
    }

    private List<Plan.Step> steps(ResolvedBuild spec, Pipeline.Options options) {
        return app.pipeline().plan(spec, options).steps();
    }

    private String where(ResolvedBuild spec) {
        return queue != null
                ? queue
                : WorkerSelector.machine(
                        spec.architecture().id(), spec.accelerator().id());
    }

    private static List<String> row(Plan.Step step) {
        var needs = step.needs();
        return step.runs()
                ? List.of(
                        step.phase(),
                        "yes",
                        "~" + ProgressRow.clock(step.expected()),
                        needs.memory().toString(),
                        Integer.toString(needs.cpus()),
                        needs.disk().toString(),
                        step.reason())
                : List.of(step.phase(), "no", "", "", "", "", step.reason());
    }
}
