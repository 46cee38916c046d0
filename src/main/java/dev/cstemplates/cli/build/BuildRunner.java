package dev.cstemplates.cli.build;

import dev.cstemplates.artifact.ArtifactStore;
import dev.cstemplates.cli.terminal.Output;
import dev.cstemplates.cli.terminal.ShutdownHook;
import dev.cstemplates.core.Failure;
import dev.cstemplates.engine.Budget;
import dev.cstemplates.engine.BuildRecord;
import dev.cstemplates.engine.BuildRepository;
import dev.cstemplates.engine.BuildState;
import dev.cstemplates.engine.Submission;
import dev.cstemplates.engine.Worker;
import dev.cstemplates.engine.WorkerName;
import dev.cstemplates.engine.WorkerSelector;
import dev.cstemplates.pipeline.request.BuildRequest;
import dev.cstemplates.pipeline.request.ResolvedBuild;
import java.time.Clock;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Queues builds, runs those of this command side by side with live progress, and reads their results from the database. */
public final class BuildRunner {

    /** Builds that are started at a time unless the user limits them: their phases wait for free resources. */
    private static final int DEFAULT_PARALLEL = 32;

    private final Output output;
    private final BuildRepository builds;
    private final Supplier<ArtifactStore> artifacts;
    private final WorkerFactory workers;
    private final WorkerName worker;
    private final Clock clock;
    private final Runnable endProcesses;

    /** @param endProcesses ends the programs that builds have started */
    public BuildRunner(
            Output output,
            BuildRepository builds,
            Supplier<ArtifactStore> artifacts,
            WorkerFactory workers,
            WorkerName worker,
            Clock clock,
            Runnable endProcesses) {
        this.output = output;
        this.builds = builds;
        this.artifacts = artifacts;
        this.workers = workers;
        this.worker = worker;
        this.clock = clock;
        this.endProcesses = endProcesses;
    }

    /** The queue of this command alone. */
    String ownQueue() {
        return WorkerSelector.command(worker);
    }

    /**
     * Queues a build, or continues the same build that was interrupted.
     *
     * @param queue see {@link WorkerSelector}
     * @param phases the phases that it goes through, for an estimate
     * @return its id
     */
    String submit(BuildRequest request, String title, List<String> phases, String queue, int priority) {
        builds.recover(worker.host());
        return builds.startingWith(request.subject() + "-").stream()
                .findFirst()
                .filter(build -> build.state() == BuildState.INTERRUPTED)
                .filter(build -> build.request().equals(request.json()))
                .map(BuildRecord::id)
                .filter(id -> builds.resubmit(id, queue, priority))
                .orElseGet(() -> builds.submit(new Submission(
                        request.subject(),
                        title,
                        queue,
                        priority,
                        builds.expected(request.subject(), phases),
                        request.json())));
    }

    /**
     * Runs builds of this command's queue until all are over, and hands their results to {@code report}. Ctrl-C cancels them; the results
     * are reported before the program ends.
     *
     * @param parallel builds at a time; null for as many as there are resources
     * @param resolver resolves requests for this host
     * @param quiet keeps standard output for the results
     */
    public int run(
            List<String> ids,
            Budget budget,
            @Nullable Integer parallel,
            Function<BuildRequest, ResolvedBuild> resolver,
            boolean quiet,
            Function<List<BuildResult>, Integer> report) {
        var threads = parallel != null ? parallel : Math.clamp(ids.size(), 1, DEFAULT_PARALLEL);
        var settings = Worker.Settings.usual(List.of(ownQueue()), threads);
        var progress = Progress.open(output, clock, quiet);
        try (var worker = workers.create(settings, budget, resolver, progress);
                var _ = new ShutdownHook(() -> cancel(worker))) {
            try (progress) {
                worker.start();
                worker.await(ids);
                worker.stop();
            }
            return report.apply(results(ids));
        }
    }

    /** Shows builds that workers of other processes run, until all are over. */
    List<BuildResult> follow(List<String> ids, boolean quiet) {
        try (var progress = Progress.open(output, clock, quiet)) {
            new EventFollower(builds, progress).untilOver(ids);
        }
        return results(ids);
    }

    private void cancel(Worker worker) {
        worker.cancel();
        endProcesses.run();
    }

    /** How builds ended, from their records. */
    List<BuildResult> results(List<String> ids) {
        return ids.stream().map(id -> result(builds.find(id).orElseThrow())).toList();
    }

    private BuildResult result(BuildRecord build) {
        var request = BuildRequest.parse(build.request());
        var stored = build.failure();
        if (stored != null) {
            return new BuildResult(request.definition(), build.phasesRun(), null, stored.failure());
        }
        if (build.state() != BuildState.DONE) {
            // It was cancelled before it was started, or this command was ended before it was over.
            return new BuildResult(
                    request.definition(), build.phasesRun(), null, Failure.cancelled("Build " + build.id()));
        }
        var artifact = builds.artifacts(build.id()).stream()
                .filter(made -> made.host().equals(worker.host()))
                .findFirst()
                .map(made -> artifacts.get().find(made.reference()));
        return new BuildResult(request.definition(), build.phasesRun(), artifact.orElse(null), null);
    }
}
