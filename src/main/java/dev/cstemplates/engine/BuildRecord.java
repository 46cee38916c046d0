package dev.cstemplates.engine;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A build, as the database has it.
 *
 * @param token how often a worker has taken it
 * @param worker who has it or had it last, see {@link WorkerName}
 * @param phase where it is, or was at its end
 * @param waitsFor what a build that is not getting on waits for
 * @param phasesRun phases that had to run, so far
 */
public record BuildRecord(
        String id,
        String subject,
        String title,
        String route,
        int priority,
        String request,
        Duration expected,
        BuildState state,
        long token,
        @Nullable String worker,
        @Nullable String phase,
        @Nullable String waitsFor,
        boolean cancelAsked,
        int phasesRun,
        @Nullable StoredFailure failure,
        Instant submittedAt,
        @Nullable Instant startedAt,
        @Nullable Instant endedAt) {

    /** The host that has it or had it last; null before it was first taken. */
    public @Nullable String host() {
        return worker == null ? null : WorkerName.parse(worker).host();
    }
}
