package dev.cstemplates.engine;

import dev.cstemplates.core.Failure;
import java.time.Duration;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A build as a worker has it: what it may use, and where it tells how it goes. Every method that tells ends the work with a
 * {@link Failure} of kind cancelled once the build was given to another worker.
 */
public final class Assignment {

    /** Why the worker stops a build before its end. */
    enum Stop {
        CANCELLED,
        /** The worker ends, and another goes on. */
        HANDED_BACK,
        /** Another worker has it. */
        LOST
    }

    private final BuildRecord build;
    private final WorkerName worker;
    private final BuildRepository book;
    private final Holding holding;
    private final Admission admission;
    private final Thread thread = Thread.currentThread();
    private @Nullable Stop stop;
    private boolean isOver;

    Assignment(BuildRecord build, WorkerName worker, BuildRepository book, Admission admission) {
        this.build = build;
        this.worker = worker;
        this.book = book;
        this.holding = book.holding(build);
        this.admission = admission;
    }

    /** The build's id. */
    public String build() {
        return build.id();
    }

    /** What is to be done, as it was submitted. */
    public String request() {
        return build.request();
    }

    /** Name of the host that it runs on. */
    public String host() {
        return worker.host();
    }

    /** The phases that this build has run to their end already, before it was interrupted or failed. */
    public Set<String> finishedPhases() {
        return book.phases(build.id()).stream()
                .filter(phase -> phase.state() == PhaseRecord.State.DONE)
                .map(PhaseRecord::phase)
                .collect(Collectors.toSet());
    }

    /**
     * Waits until the host has what a phase needs.
     *
     * @param remaining what the build still has to do, this phase included
     * @return gives it back
     */
    public Runnable admit(String phase, ResourceRequirements needs, Duration remaining, Consumer<String> waiting) {
        return admission.admit(build, worker, phase, needs, remaining, what -> {
            require(holding.waits(phase, what));
            if (what != null) {
                waiting.accept(what);
            }
        });
    }

    /** Asks whether the build still is this worker's: to be done right before a result becomes visible to others. */
    public void confirm() {
        require(holding.isOurs());
    }

    /** What the build waits for, beside its host. */
    public void waits(String phase, String what) {
        require(holding.waits(phase, what));
    }

    public void phaseBegins(String phase, String reason) {
        require(holding.phaseBegins(phase, reason, PhaseRecord.State.RUNNING, worker.toString()));
    }

    public void phaseSkipped(String phase, String reason) {
        require(holding.phaseBegins(phase, reason, PhaseRecord.State.SKIPPED, worker.toString()));
    }

    public void phaseDone(String phase) {
        require(holding.phaseEnds(phase, PhaseRecord.State.DONE, null));
    }

    public void phaseFailed(String phase, Failure cause) {
        require(holding.phaseEnds(phase, PhaseRecord.State.FAILED, StoredFailure.of(cause)));
    }

    /** Keeps an event, in the work's own words. */
    public void event(String json) {
        require(holding.event(json));
    }

    /** What the build has made, in a folder of its host. */
    public void artifact(String reference, String folder) {
        require(holding.artifact(worker.host(), reference, folder));
    }

    private void require(boolean isOurs) {
        if (!isOurs) {
            end(Stop.LOST);
            throw Failure.cancelled("Build " + build.id() + ", which another worker has taken,");
        }
    }

    Holding holding() {
        return holding;
    }

    /** Makes the work stop; the first reason counts. */
    synchronized void end(Stop reason) {
        if (stop == null && !isOver) {
            stop = reason;
            thread.interrupt();
        }
    }

    /** After this the thread is not interrupted any more. */
    synchronized @Nullable Stop over() {
        isOver = true;
        var _ = Thread.interrupted();
        return stop;
    }
}
