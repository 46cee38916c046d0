package dev.cstemplates.cli.build;

import dev.cstemplates.cli.App;
import dev.cstemplates.cli.terminal.ShutdownHook;
import dev.cstemplates.core.Failure;
import dev.cstemplates.engine.Budget;
import dev.cstemplates.engine.BuildRecord;
import dev.cstemplates.engine.BuildState;
import dev.cstemplates.engine.Submission;
import dev.cstemplates.engine.Worker;
import dev.cstemplates.engine.WorkerSelector;
import dev.cstemplates.pipeline.request.BuildRequest;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Queues builds; runs those that are for this command itself side by side, shows how they go, and ends them all on Ctrl-C. */
public final class BuildRunner {

    /** Builds that are begun at a time, where nobody says how many: their phases wait for room. */
    private static final int MOST = 32;

    private final App app;
    private final Budget budget;
    private final @Nullable Integer parallel;
    private final boolean quiet;

    public BuildRunner(App app, Budget budget, @Nullable Integer parallel, boolean quiet) {
        this.app = app;
        this.budget = budget;
        this.parallel = parallel;
        this.quiet = quiet;
    }

    /**
     * Queues builds.
     *
     * @param route see {@link WorkerSelector}
     * @return their ids
     */
    List<String> submit(List<BuildRequest> requests, String route, int priority) {
        app.builds().recover(app.worker().host());
        return requests.stream()
                .map(request -> queued(request, route, priority))
                .toList();
    }

    /** Runs builds that are queued for this command to their end, also when one fails. */
    public List<BuildTask.Result> run(List<String> ids) {
        try (var progress = Progress.open(app, quiet)) {
            var work = new BuildTask(app, progress);
            var threads = parallel != null ? parallel : Math.clamp(ids.size(), 1, MOST);
            var settings = Worker.Settings.usual(List.of(WorkerSelector.command(app.worker())), threads);
            try (var worker = new Worker(app.database(), app.clock(), app.worker(), settings, budget, work);
                    var _ = new ShutdownHook(() -> cancel(worker))) {
                worker.start();
                worker.await(ids);
            }
            return ids.stream().map(id -> result(id, work)).toList();
        }
    }

    /** Everything that was started ends, and half-done work is removed. */
    private void cancel(Worker worker) {
        worker.cancel();
        app.processes().close();
    }

    /** A build that was interrupted, and that nobody has done since, goes on. */
    private String queued(BuildRequest request, String route, int priority) {
        var book = app.builds();
        var interrupted = book.newestLike(request.subject() + "-")
                .filter(build -> build.state() == BuildState.INTERRUPTED)
                .filter(build -> build.request().equals(request.json()))
                .map(BuildRecord::id)
                .filter(id -> book.again(id, route, priority));
        return interrupted.orElseGet(() -> book.submit(new Submission(
                request.subject(),
                app.catalog().definition(request.definition()).title(),
                route,
                priority,
                book.expected(request.subject()),
                request.json())));
    }

    private BuildTask.Result result(String id, BuildTask work) {
        return work.result(id).orElseGet(() -> {
            // It was cancelled before it began.
            var build = app.builds().find(id).orElseThrow();
            return new BuildTask.Result(BuildRequest.parse(build.request()), 0, null, Failure.cancelled("Build " + id));
        });
    }

    /** What became of builds that others ran. */
    List<BuildTask.Result> outcomes(List<String> ids) {
        var results = new ArrayList<BuildTask.Result>();
        for (var id : ids) {
            var build = app.builds().find(id).orElseThrow();
            var trouble = build.failure();
            var failure = trouble != null
                    ? trouble.failure()
                    : build.state() == BuildState.DONE ? null : Failure.cancelled("Build " + id);
            results.add(new BuildTask.Result(BuildRequest.parse(build.request()), build.phasesRun(), null, failure));
        }
        return results;
    }
}
