/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.engine;

import dev.cstemplates.core.ErrorBoundary;
import dev.cstemplates.core.Failure;
import java.time.Clock;
import java.time.Duration;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * The right of one worker to run one build, and everything that the worker writes about it. Its fencing token is compared in every
 * write: when another worker has claimed the build, nothing is changed, the work is interrupted, and a {@link Failure} of kind cancelled
 * is thrown.
 */
public final class BuildLease {

    /** Why the worker stops a build before it is finished. */
    enum StopReason {
        CANCELLED,
        /** The worker shuts down; another one continues. */
        HANDED_BACK,
        /** Another worker has claimed the build. */
        LOST
    }

    /** Tools print hundreds of lines per second. The log files contain all of them. */
    private static final Duration BETWEEN_ACTIVITIES = Duration.ofSeconds(1);

    private final BuildRecord build;
    private final WorkerName worker;
    private final Database database;
    private final Clock clock;
    private final Admission admission;
    private final ErrorBoundary errors;
    private final Thread thread = Thread.currentThread();
    private long lastActivity = System.nanoTime() - BETWEEN_ACTIVITIES.toNanos();
    private @Nullable StopReason stopReason;
    private boolean isOver;

    BuildLease(
            BuildRecord build,
            WorkerName worker,
            Database database,
            Clock clock,
            Admission admission,
            ErrorBoundary errors) {
        this.build = build;
        this.worker = worker;
        this.database = database;
        this.clock = clock;
        this.admission = admission;
        this.errors = errors;
    }

    /** The build's id, for example {@code debian-12-x86_64-20261122-201500}. */
    public String id() {
        return build.id();
    }

    /** What to build, as it was submitted. */
    public String request() {
        return build.request();
    }

    /** The phases that this build finished before it was interrupted or failed. */
    public Set<String> finishedPhases() {
        return new BuildRepository(database, clock)
                .phases(build.id()).stream()
                        .filter(phase -> phase.state() == PhaseRecord.State.DONE)
                        .map(PhaseRecord::phase)
                        .collect(Collectors.toSet());
    }

    /**
     * Waits until the host has what a phase needs.
     *
     * @param remaining how long the build will still take, this phase included
     * @param waiting receives what the build is waiting for, each time that changes
     */
    public AcquiredResources acquire(
            String phase, ResourceRequirements requirements, Duration remaining, Consumer<String> waiting) {
        return admission.acquire(build, worker, phase, requirements, remaining, what -> {
            update(handle -> setWaitingFor(handle, phase, what));
            if (what != null) {
                waiting.accept(what);
            }
        });
    }

    /** Checks that no other worker has claimed the build. Call it right before a result becomes visible to others. */
    public void requireOwned() {
        require(isOwned());
    }

    /** Stores an event and the new state of the build's phases, visible to other processes and hosts. */
    public synchronized void record(BuildEvent event) {
        if (event instanceof BuildEvent.Activity) {
            if (System.nanoTime() - lastActivity < BETWEEN_ACTIVITIES.toNanos()) {
                return;
            }
            lastActivity = System.nanoTime();
        }
        update(handle -> {
            switch (event) {
                case BuildEvent.PhaseStarted started ->
                    addPhase(handle, started.phase(), started.reason(), PhaseRecord.State.RUNNING);
                case BuildEvent.PhaseSkipped skipped ->
                    addPhase(handle, skipped.phase(), skipped.reason(), PhaseRecord.State.SKIPPED);
                case BuildEvent.Waiting waiting -> setWaitingFor(handle, waiting.phase(), waiting.what());
                case BuildEvent.Retrying retrying ->
                    endPhases(handle, PhaseRecord.State.FAILED, StoredFailure.of(retrying.failure()));
                case BuildEvent.PhaseDone _ -> {
                    endPhases(handle, PhaseRecord.State.DONE, null);
                    handle.createUpdate("UPDATE builds SET phases_run = phases_run + 1 WHERE id = :id")
                            .bind("id", build.id())
                            .execute();
                }
                case BuildEvent.Failed failed ->
                    endPhases(handle, PhaseRecord.State.FAILED, StoredFailure.of(failed.failure()));
                case BuildEvent.Started _, BuildEvent.Activity _, BuildEvent.Done _ -> {}
            }
            handle.createUpdate("""
                INSERT INTO events (build, number, at, data)
                SELECT :id, COALESCE(MAX(number), 0) + 1, :now, :data FROM events WHERE build = :id\
                """)
                    .bind("id", build.id())
                    .bind("now", now())
                    .bind("data", EventJson.write(event))
                    .execute();
        });
    }

    /** Records that the build has created an artifact in a folder of this host, or found it up to date. */
    public void addArtifact(String reference, String folder) {
        update(handle -> handle.createUpdate("""
            INSERT INTO build_artifacts (reference, host, build, folder, created_at)
            VALUES (:reference, :host, :id, :folder, :now)
            ON CONFLICT (build, reference, host) DO NOTHING\
            """)
                .bind("reference", reference)
                .bind("host", worker.host())
                .bind("id", build.id())
                .bind("folder", folder)
                .bind("now", now())
                .execute());
    }

    /**
     * Why the build ended before it was done: the reason for which it was stopped, or else what was thrown. Only a build that the user
     * cancelled is cancelled.
     */
    public Failure failure(Throwable thrown) {
        var reason = stopReason();
        if (reason != null) {
            return switch (reason) {
                case CANCELLED -> Failure.cancelled("Build " + build.id());
                case HANDED_BACK -> Failure.cancelled("Build " + build.id() + " on this worker, which shuts down,");
                case LOST -> lost();
            };
        }
        var failure = errors.failure(thrown);
        return failure.kind() == Failure.Kind.CANCELLED
                ? errors.failure(new IllegalStateException("interrupted without being cancelled: " + failure, thrown))
                : failure;
    }

    /** Whether another worker will continue the build, because this one shuts down. */
    public boolean isHandedBack() {
        return stopReason() == StopReason.HANDED_BACK;
    }

    boolean isOwned() {
        return database.transaction(handle -> handle.createQuery(
                                "SELECT COUNT(*) FROM builds WHERE id = :id AND token = :token AND state = 'running'")
                        .bind("id", build.id())
                        .bind("token", build.token())
                        .mapTo(Integer.class)
                        .one()
                == 1);
    }

    /** Interrupts the work; only the first reason counts. */
    synchronized void stop(StopReason reason) {
        if (stopReason == null && !isOver) {
            stopReason = reason;
            thread.interrupt();
        }
    }

    private synchronized @Nullable StopReason stopReason() {
        return stopReason;
    }

    /** From now on the thread is not interrupted. Returns why the work was stopped; null if it was not. */
    synchronized @Nullable StopReason endWork() {
        isOver = true;
        var _ = Thread.interrupted();
        return stopReason;
    }

    /** Ends the build; false if another worker has claimed it. */
    boolean finish(BuildState state, @Nullable Failure failure) {
        return change(handle -> {
            var stored = failure == null ? null : StoredFailure.of(failure);
            endPhases(handle, PhaseRecord.State.FAILED, stored);
            handle.createUpdate("UPDATE builds SET state = :state, ended_at = :now, failure = :failure,"
                            + " waiting_for = NULL WHERE id = :id")
                    .bind("id", build.id())
                    .bind("state", state.id())
                    .bind("failure", stored == null ? null : stored.json())
                    .bind("now", now())
                    .execute();
        });
    }

    /** Returns the build to the queue; false if another worker has claimed it. */
    boolean handBack(Failure reason) {
        return change(handle -> {
            endPhases(handle, PhaseRecord.State.FAILED, StoredFailure.of(reason));
            handle.createUpdate("UPDATE builds SET state = 'queued', waiting_for = NULL WHERE id = :id")
                    .bind("id", build.id())
                    .execute();
        });
    }

    private void setWaitingFor(Handle handle, String phase, @Nullable String what) {
        handle.createUpdate("UPDATE builds SET waiting_for = :what, phase = :phase WHERE id = :id")
                .bind("id", build.id())
                .bind("phase", phase)
                .bind("what", what)
                .execute();
    }

    private void addPhase(Handle handle, String phase, String reason, PhaseRecord.State state) {
        setWaitingFor(handle, phase, null);
        handle.createUpdate("""
            INSERT INTO phases (build, phase, attempt, state, reason, worker, started_at, ended_at)
            SELECT :id, :phase, COALESCE(MAX(attempt), 0) + 1, :state, :reason, :worker, :now,
                CASE WHEN :state = 'SKIPPED' THEN :now END
            FROM phases WHERE build = :id AND phase = :phase\
            """)
                .bind("id", build.id())
                .bind("phase", phase)
                .bind("state", state.name())
                .bind("reason", reason)
                .bind("worker", worker.toString())
                .bind("now", now())
                .execute();
    }

    /** Ends the running attempt of this worker, if any. Attempts of dead workers stay as they are. */
    private void endPhases(Handle handle, PhaseRecord.State state, @Nullable StoredFailure cause) {
        handle.createUpdate("UPDATE phases SET state = :state, ended_at = :now, cause = :cause"
                        + " WHERE build = :id AND state = 'RUNNING' AND worker = :worker")
                .bind("id", build.id())
                .bind("worker", worker.toString())
                .bind("state", state.name())
                .bind("cause", cause == null ? null : cause.json())
                .bind("now", now())
                .execute();
    }

    private void update(Consumer<Handle> change) {
        require(change(change));
    }

    private boolean change(Consumer<Handle> change) {
        return database.transaction(handle -> {
            // Locks the row, so that no other worker claims the build between the check and the change.
            var isOwned =
                    handle.createUpdate("UPDATE builds SET token = token WHERE id = :id AND token = :token AND state ="
                                            + " 'running'")
                                    .bind("id", build.id())
                                    .bind("token", build.token())
                                    .execute()
                            == 1;
            if (isOwned) {
                change.accept(handle);
            }
            return isOwned;
        });
    }

    private void require(boolean isOwned) {
        if (!isOwned) {
            stop(StopReason.LOST);
            throw lost();
        }
    }

    private Failure lost() {
        return Failure.cancelled("Build " + build.id() + ", which another worker has claimed,");
    }

    private long now() {
        return clock.instant().toEpochMilli();
    }
}
