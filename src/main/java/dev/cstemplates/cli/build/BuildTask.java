package dev.cstemplates.cli.build;

import dev.cstemplates.artifact.Artifact;
import dev.cstemplates.cli.App;
import dev.cstemplates.core.Failure;
import dev.cstemplates.engine.Assignment;
import dev.cstemplates.engine.Work;
import dev.cstemplates.pipeline.BuildEvent;
import dev.cstemplates.pipeline.BuildEventRecorder;
import dev.cstemplates.pipeline.BuildLease;
import dev.cstemplates.pipeline.EventLog;
import dev.cstemplates.pipeline.request.BuildRequest;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What a worker does with a build of ours: takes it through the pipeline, and lets everybody know. */
final class BuildTask implements Work {

    private final App app;
    private final Consumer<BuildEvent> progress;
    private final Map<String, Result> results = new ConcurrentHashMap<>();

    BuildTask(App app, Consumer<BuildEvent> progress) {
        this.app = app;
        this.progress = progress;
    }

    /**
     * What became of one build.
     *
     * @param artifact what it made or found; null when it failed or stopped before
     * @param failure why it failed; null when it did not
     */
    record Result(
            BuildRequest request,
            int phasesRun,
            @Nullable Artifact artifact,
            @Nullable Failure failure) {}

    @Override
    public int run(Assignment assignment) {
        var request = BuildRequest.parse(assignment.request());
        var phasesRun = new AtomicInteger();
        var log = new EventLog(app.clock());
        var journal = new BuildEventRecorder(assignment);
        try {
            var layers = app.pipeline()
                    .build(app.specs().of(request), request.options(), BuildLease.of(assignment), event -> {
                        if (event instanceof BuildEvent.PhaseDone) {
                            phasesRun.incrementAndGet();
                        }
                        progress.accept(event);
                        log.accept(event);
                        journal.accept(event);
                    });
            var artifact = app.artifactOf(layers);
            artifact.ifPresent(
                    made -> assignment.artifact(made.reference(), made.folder().toString()));
            results.put(assignment.build(), new Result(request, phasesRun.get(), artifact.orElse(null), null));
            return phasesRun.get();
        } catch (Failure failure) {
            results.put(assignment.build(), new Result(request, phasesRun.get(), null, failure));
            throw failure;
        }
    }

    /** What became of a build that this process had. */
    Optional<Result> result(String build) {
        return Optional.ofNullable(results.get(build));
    }
}
