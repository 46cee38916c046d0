/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.pipeline;

import dev.cstemplates.artifact.Artifact;
import dev.cstemplates.engine.BuildEvent;
import dev.cstemplates.engine.BuildExecutor;
import dev.cstemplates.engine.BuildLease;
import dev.cstemplates.pipeline.layer.Layer;
import dev.cstemplates.pipeline.request.BuildRequest;
import dev.cstemplates.pipeline.request.ResolvedBuild;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Runs one build for a worker: resolves its request for this host, runs it through the pipeline, and reports events to the terminal, the
 * event log and the database.
 */
public final class BuildTask implements BuildExecutor {

    private final Function<BuildRequest, ResolvedBuild> resolver;
    private final Pipeline pipeline;
    private final Function<Map<String, Layer>, Optional<Artifact>> artifactOf;
    private final Consumer<BuildEvent> progress;
    private final Clock clock;

    /**
     * @param resolver resolves a request for this host
     * @param artifactOf finds the artifact among the layers of a finished build
     * @param progress shows events to the user
     */
    public BuildTask(
            Function<BuildRequest, ResolvedBuild> resolver,
            Pipeline pipeline,
            Function<Map<String, Layer>, Optional<Artifact>> artifactOf,
            Consumer<BuildEvent> progress,
            Clock clock) {
        this.resolver = resolver;
        this.pipeline = pipeline;
        this.artifactOf = artifactOf;
        this.progress = progress;
        this.clock = clock;
    }

    @Override
    public void run(BuildLease lease) {
        new Attempt(lease).run();
    }

    /** One run of a build, until it is done, fails, or is lost to another worker. */
    private final class Attempt {

        private final BuildLease lease;
        private final List<Consumer<BuildEvent>> listeners;
        private final long started = System.nanoTime();
        private List<String> phases = List.of();
        private String phase = "";
        private int phasesRun;

        Attempt(BuildLease lease) {
            this.lease = lease;
            this.listeners = List.of(lease::record, new EventLog(clock), progress);
        }

        void run() {
            try {
                var request = BuildRequest.parse(lease.request());
                var layers = pipeline.run(resolver.apply(request), request.options(), lease, this::report);
                artifactOf
                        .apply(layers)
                        .ifPresent(artifact -> lease.addArtifact(
                                artifact.reference(), artifact.folder().toString()));
                report(new BuildEvent.Done(lease.id(), phasesRun, elapsed()));
            } catch (Throwable e) {
                var failure = lease.failure(e);
                var event = lease.isHandedBack()
                        ? new BuildEvent.Waiting(lease.id(), phase, "another worker: this one shuts down")
                        : new BuildEvent.Failed(lease.id(), phase, failure, elapsed());
                for (var listener : listeners) {
                    try {
                        listener.accept(event);
                    } catch (RuntimeException | Error alsoFailed) {
                        // The other listeners must still be notified. The first error is the one to report.
                        failure.addSuppressed(alsoFailed);
                    }
                }
                throw failure;
            }
        }

        private void report(BuildEvent event) {
            if (event instanceof BuildEvent.Started first) {
                phases = first.phases();
                phase = phases.getFirst();
            }
            listeners.forEach(listener -> listener.accept(event));
            leavePhase(event);
        }

        /** Keeps track of the current phase, to report it with a failure. */
        private void leavePhase(BuildEvent event) {
            switch (event) {
                case BuildEvent.PhaseDone done -> {
                    phasesRun++;
                    phase = after(done.phase());
                }
                case BuildEvent.PhaseSkipped skipped -> phase = after(skipped.phase());
                default -> {}
            }
        }

        private String after(String finished) {
            return phases.get(Math.min(phases.indexOf(finished) + 1, phases.size() - 1));
        }

        private Duration elapsed() {
            return Duration.ofNanos(System.nanoTime() - started);
        }
    }
}
