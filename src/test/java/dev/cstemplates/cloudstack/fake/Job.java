/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.cloudstack.fake;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import tools.jackson.databind.JsonNode;

/**
 * An asynchronous job.
 *
 * @param instanceType Template or VirtualMachine; empty for other jobs
 */
record Job(
        String id,
        Account owner,
        String jobClass,
        String instanceType,
        String instanceId,
        Instant created,
        CompletableFuture<Result> result,
        Counter polls) {

    /** The value or the error that the job ended with. */
    record Result(Optional<JsonNode> value, Optional<ApiError> error) {}

    /** Number of polls so far. */
    static final class Counter {
        private int count;

        int next() {
            return ++count;
        }
    }

    static Job of(
            Account owner,
            String jobClass,
            String instanceType,
            String instanceId,
            Instant created,
            CompletableFuture<Result> result) {
        return new Job(
                UUID.randomUUID().toString(),
                owner,
                jobClass,
                instanceType,
                instanceId,
                created,
                result,
                new Counter());
    }
}
