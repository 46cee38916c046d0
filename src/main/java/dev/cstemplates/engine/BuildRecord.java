/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.engine;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A build in the database.
 *
 * @param queue which workers may claim it, see {@link WorkerSelector}
 * @param token how often a worker has claimed it
 * @param worker the worker that runs it or ran it last, see {@link WorkerName}
 * @param phase the current phase, or the last one
 * @param waitingFor what a running build is waiting for
 * @param phasesRun how many phases ran and finished; those that were up to date do not count
 */
public record BuildRecord(
        String id,
        String subject,
        String title,
        String queue,
        int priority,
        String request,
        Duration expected,
        BuildState state,
        long token,
        @Nullable String worker,
        @Nullable String phase,
        @Nullable String waitingFor,
        int phasesRun,
        @Nullable StoredFailure failure,
        Instant submittedAt,
        @Nullable Instant startedAt,
        @Nullable Instant endedAt) {

    /** The host on which it runs or last ran; null before it was first claimed. */
    public @Nullable String host() {
        return worker == null ? null : WorkerName.parse(worker).host();
    }
}
