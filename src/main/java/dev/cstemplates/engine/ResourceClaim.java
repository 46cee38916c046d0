/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.engine;

import dev.cstemplates.core.ByteSize;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import org.jdbi.v3.core.mapper.RowMapper;

/**
 * The resources that a phase holds or is waiting for.
 *
 * @param remaining expected time until its build is done
 * @param seenAt last heartbeat of its process
 */
record ResourceClaim(
        String build,
        String phase,
        String host,
        WorkerName worker,
        ResourceRequirements requirements,
        int priority,
        Duration remaining,
        Instant requestedAt,
        boolean isGranted,
        Instant seenAt) {

    /** The order in which waiting claims are granted; the id breaks ties between simultaneous ones. */
    static final Comparator<ResourceClaim> ORDER = Comparator.comparingInt((ResourceClaim claim) -> -claim.priority())
            .thenComparing(ResourceClaim::remaining, Comparator.reverseOrder())
            .thenComparing(ResourceClaim::requestedAt)
            .thenComparing(ResourceClaim::build);

    static final RowMapper<ResourceClaim> ROW = (row, _) -> new ResourceClaim(
            row.getString("build"),
            row.getString("phase"),
            row.getString("host"),
            WorkerName.parse(row.getString("worker")),
            new ResourceRequirements(
                    new ByteSize(row.getLong("memory")), row.getInt("cpus"), new ByteSize(row.getLong("disk"))),
            row.getInt("priority"),
            Duration.ofMillis(row.getLong("remaining")),
            Instant.ofEpochMilli(row.getLong("requested_at")),
            row.getObject("granted_at") != null,
            Instant.ofEpochMilli(row.getLong("seen_at")));

    /** In milliseconds, as in the database. With more precise own times, two processes would each let the other one go first. */
    ResourceClaim {
        remaining = remaining.truncatedTo(ChronoUnit.MILLIS);
        requestedAt = requestedAt.truncatedTo(ChronoUnit.MILLIS);
    }
}
