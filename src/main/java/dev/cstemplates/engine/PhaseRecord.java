/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.engine;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One attempt of a phase, or a skipped phase.
 *
 * @param attempt from 1, retries of the build included
 * @param reason why it ran or was skipped
 * @param endedAt null while it runs, and forever if its process died
 * @param cause why the attempt failed; null if it did not
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

    public enum State {
        RUNNING,
        DONE,
        SKIPPED,
        FAILED
    }

    /** How long it took; zero if unknown. */
    public Duration elapsed() {
        return endedAt == null ? Duration.ZERO : Duration.between(startedAt, endedAt);
    }
}
