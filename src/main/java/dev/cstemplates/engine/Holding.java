package dev.cstemplates.engine;

import java.time.Clock;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * What a worker writes of a build that it has taken. Its token proves that the build is still its own: once somebody else has taken it,
 * every method changes nothing and returns false.
 */
record Holding(Database database, Clock clock, String id, long token) {

    /** Whether the build still is this worker's. */
    boolean isOurs() {
        return database.transaction(handle -> handle.createQuery(
                                "SELECT COUNT(*) FROM builds WHERE id = :id AND token = :token AND state = 'running'")
                        .bind("id", id)
                        .bind("token", token)
                        .mapTo(Integer.class)
                        .one()
                == 1);
    }

    boolean end(BuildState state, int phasesRun, @Nullable StoredFailure failure) {
        return database.transaction(handle -> handle.createUpdate("""
                        UPDATE builds SET state = :state, ended_at = :now, phases_run = :phasesRun, failure = :failure,
                            waits_for = NULL
                        WHERE id = :id AND token = :token AND state = 'running'""")
                        .bind("id", id)
                        .bind("token", token)
                        .bind("state", state.id())
                        .bind("phasesRun", phasesRun)
                        .bind("failure", failure == null ? null : failure.json())
                        .bind("now", now())
                        .execute()
                == 1);
    }

    /** Gives a build back to the queue. */
    boolean handBack() {
        return database.transaction(handle -> handle.createUpdate("UPDATE builds SET state = 'queued', waits_for = NULL"
                                + " WHERE id = :id AND token = :token AND state = 'running'")
                        .bind("id", id)
                        .bind("token", token)
                        .execute()
                == 1);
    }

    /** Keeps an event. */
    boolean event(String data) {
        return change(handle -> handle.createUpdate("""
                        INSERT INTO events (build, number, at, data)
                        SELECT :id, COALESCE(MAX(number), 0) + 1, :now, :data FROM events WHERE build = :id""")
                .bind("id", id)
                .bind("now", now())
                .bind("data", data)
                .execute());
    }

    /** Says what the build waits for; nothing when it does not any more. */
    boolean waits(@Nullable String phase, @Nullable String waitsFor) {
        return change(handle -> handle.createUpdate(
                        "UPDATE builds SET waits_for = :waitsFor, phase = COALESCE(:phase, phase) WHERE id = :id")
                .bind("id", id)
                .bind("phase", phase)
                .bind("waitsFor", waitsFor)
                .execute());
    }

    boolean phaseBegins(String phase, String reason, PhaseRecord.State state, String worker) {
        return change(handle -> {
            handle.createUpdate("UPDATE builds SET phase = :phase, waits_for = NULL WHERE id = :id")
                    .bind("id", id)
                    .bind("phase", phase)
                    .execute();
            handle.createUpdate("""
                            INSERT INTO phases (build, phase, attempt, state, reason, worker, started_at, ended_at)
                            SELECT :id, :phase, COALESCE(MAX(attempt), 0) + 1, :state, :reason, :worker, :now,
                                CASE WHEN :state = 'SKIPPED' THEN :now END
                            FROM phases WHERE build = :id AND phase = :phase""")
                    .bind("id", id)
                    .bind("phase", phase)
                    .bind("state", state.name())
                    .bind("reason", reason)
                    .bind("worker", worker)
                    .bind("now", now())
                    .execute();
        });
    }

    boolean phaseEnds(String phase, PhaseRecord.State state, @Nullable StoredFailure cause) {
        return change(handle -> handle.createUpdate("""
                        UPDATE phases SET state = :state, ended_at = :now, cause = :cause
                        WHERE build = :id AND phase = :phase AND state = 'RUNNING' AND attempt =
                            (SELECT MAX(attempt) FROM phases WHERE build = :id AND phase = :phase)""")
                .bind("id", id)
                .bind("phase", phase)
                .bind("state", state.name())
                .bind("cause", cause == null ? null : cause.json())
                .bind("now", now())
                .execute());
    }

    boolean artifact(String host, String reference, String folder) {
        return change(handle -> handle.createUpdate("""
                        INSERT INTO artifacts (reference, host, build, folder, created_at)
                        VALUES (:reference, :host, :id, :folder, :now)
                        ON CONFLICT (reference, host) DO NOTHING""")
                .bind("reference", reference)
                .bind("host", host)
                .bind("id", id)
                .bind("folder", folder)
                .bind("now", now())
                .execute());
    }

    private boolean change(Consumer<Handle> change) {
        return database.transaction(handle -> {
            // The row is locked first: nobody takes the build between the look and the change.
            var owned = handle.createUpdate(
                                    "UPDATE builds SET token = token WHERE id = :id AND token = :token AND state = 'running'")
                            .bind("id", id)
                            .bind("token", token)
                            .execute()
                    == 1;
            if (owned) {
                change.accept(handle);
            }
            return owned;
        });
    }

    private long now() {
        return clock.instant().toEpochMilli();
    }
}
