package dev.cstemplates.pipeline;

import dev.cstemplates.engine.Assignment;
import java.time.Duration;
import java.util.function.Consumer;

/** Keeps a build's events, and what became of its phases, in the database, where other processes and hosts see them. */
public final class BuildEventRecorder implements Consumer<BuildEvent> {

    /** A tool may print hundreds of lines a second; the logs have them all. */
    private static final Duration BETWEEN_ACTIVITIES = Duration.ofSeconds(1);

    private final Assignment assignment;
    private long lastActivity = System.nanoTime() - BETWEEN_ACTIVITIES.toNanos();

    public BuildEventRecorder(Assignment assignment) {
        this.assignment = assignment;
    }

    @Override
    public synchronized void accept(BuildEvent event) {
        switch (event) {
            case BuildEvent.PhaseStarted begun -> assignment.phaseBegins(begun.phase(), begun.reason());
            case BuildEvent.PhaseSkipped skipped -> assignment.phaseSkipped(skipped.phase(), skipped.reason());
            case BuildEvent.Waiting waiting -> assignment.waits(waiting.phase(), waiting.what());
            case BuildEvent.Retrying retrying -> assignment.phaseFailed(retrying.phase(), retrying.failure());
            case BuildEvent.PhaseDone done -> assignment.phaseDone(done.phase());
            case BuildEvent.Failed failed -> assignment.phaseFailed(failed.phase(), failed.failure());
            case BuildEvent.Activity _ -> {
                if (System.nanoTime() - lastActivity < BETWEEN_ACTIVITIES.toNanos()) {
                    return;
                }
                lastActivity = System.nanoTime();
            }
            case BuildEvent.Started _, BuildEvent.Done _ -> {}
        }
        assignment.event(EventJson.write(event));
    }
}
