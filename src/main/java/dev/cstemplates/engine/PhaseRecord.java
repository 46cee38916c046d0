package dev.cstemplates.engine;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One try of one phase, or why it need not run.
 *
 * @param attempt from 1, over the whole life of the build
 * @param reason why it ran, or why not
 * @param endedAt null while it runs, and for ever where its process died
 * @param cause why the try failed; null where it did not
 */
public record PhaseRecord(
        String build,
        String phase,
        int attempt,
        State state,
        String reason,
        String worker,
        Instant startedAt,
        @Nullable Instant endedAt,
        @Nullable StoredFailure cause) {

    /** What became of it. */
    public enum State {
        RUNNING,
        DONE,
        SKIPPED,
        FAILED
    }

    /** How long it took; zero where that is not known. */
    public Duration elapsed() {
        return endedAt == null ? Duration.ZERO : Duration.between(startedAt, endedAt);
    }
}
