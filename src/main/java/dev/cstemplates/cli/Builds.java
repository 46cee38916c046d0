package dev.cstemplates.cli;

import dev.cstemplates.artifact.Artifact;
import dev.cstemplates.catalog.Definition;
import dev.cstemplates.host.Failure;
import dev.cstemplates.pipeline.BuildEvent;
import dev.cstemplates.pipeline.BuildSpec;
import dev.cstemplates.pipeline.EventLog;
import dev.cstemplates.pipeline.Pipeline;
import java.io.Console;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Runs builds side by side, shows how they go, and ends them all on Ctrl-C. */
final class Builds {

    private final App app;
    private final Pipeline.Options options;
    private final int parallel;
    private final boolean quiet;

    Builds(App app, Pipeline.Options options, int parallel, boolean quiet) {
        this.app = app;
        this.options = options;
        this.parallel = parallel;
        this.quiet = quiet;
    }

    /**
     * What became of one build.
     *
     * @param artifact what it made or found; null when it failed or stopped before
     * @param failure why it failed; null when it did not
     */
    record Result(
            Definition definition,
            int phasesRun,
            @Nullable Artifact artifact,
            @Nullable Failure failure) {}

    /** Runs them all to their end, also when one fails. */
    List<Result> run(List<BuildSpec> specs) {
        try (var progress = progress();
                var pool = Executors.newFixedThreadPool(
                        parallel, Thread.ofVirtual().factory())) {
            try (var _ = new OnSignal(() -> cancel(pool))) {
                var running = specs.stream()
                        .map(spec -> pool.submit(() -> one(spec, progress)))
                        .toList();
                return results(running);
            }
        }
    }

    private Result one(BuildSpec spec, BuildProgress progress) {
        var log = new EventLog(app.clock());
        var phasesRun = new AtomicInteger();
        try {
            var layers = app.pipeline().build(spec, options, event -> {
                if (event instanceof BuildEvent.PhaseDone) {
                    phasesRun.incrementAndGet();
                }
                log.accept(event);
                progress.accept(event);
            });
            return new Result(
                    spec.definition(), phasesRun.get(), app.artifactOf(layers).orElse(null), null);
        } catch (Failure failure) {
            return new Result(spec.definition(), phasesRun.get(), null, failure);
        }
    }

    private static List<Result> results(List<Future<Result>> running) {
        var results = new ArrayList<Result>();
        for (var each : running) {
            try {
                results.add(each.get());
            } catch (ExecutionException e) {
                throw new IllegalStateException("A build broke off", e.getCause());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw Failure.cancelled("The build").because(e);
            }
        }
        return results;
    }

    /** Everything that was started ends, and half-done work is removed. */
    private void cancel(ExecutorService pool) {
        pool.shutdownNow();
        app.processes().close();
    }

    private static boolean isTerminal() {
        return Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent();
    }

    private BuildProgress progress() {
        if (!quiet && isTerminal()) {
            try {
                return new LiveProgress(app.clock());
            } catch (IOException e) {
                // Not a terminal that lines can be rewritten on.
            }
        }
        return new PlainProgress(
                new PrintStream(quiet ? System.err : System.out, true, StandardCharsets.UTF_8), app.clock());
    }
}
