/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.engine;

import dev.cstemplates.core.ByteSize;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jspecify.annotations.Nullable;

/** Maps database rows to records. */
final class RowMappers {

    private RowMappers() {}

    static final RowMapper<BuildRecord> BUILD = (row, _) -> new BuildRecord(
            row.getString("id"),
            row.getString("subject"),
            row.getString("title"),
            row.getString("queue"),
            row.getInt("priority"),
            row.getString("request"),
            Duration.ofMillis(row.getLong("expected")),
            BuildState.parse(row.getString("state")),
            row.getLong("token"),
            row.getString("worker"),
            row.getString("phase"),
            row.getString("waiting_for"),
            row.getInt("phases_run"),
            storedFailure(row.getString("failure")),
            Instant.ofEpochMilli(row.getLong("submitted_at")),
            time(row.getObject("started_at")),
            time(row.getObject("ended_at")));

    static final RowMapper<PhaseRecord> PHASE = (row, _) -> new PhaseRecord(
            row.getString("build"),
            row.getString("phase"),
            row.getInt("attempt"),
            PhaseRecord.State.valueOf(row.getString("state")),
            row.getString("reason"),
            row.getString("worker"),
            Instant.ofEpochMilli(row.getLong("started_at")),
            time(row.getObject("ended_at")),
            storedFailure(row.getString("cause")));

    static final RowMapper<EventRecord> EVENT = (row, _) -> new EventRecord(
            row.getString("build"),
            row.getLong("number"),
            Instant.ofEpochMilli(row.getLong("at")),
            row.getString("data"));

    static final RowMapper<HostRecord> HOST = (row, _) -> new HostRecord(
            row.getString("name"),
            Arrays.asList(row.getString("queues").split(" ")),
            new ResourceRequirements(
                    new ByteSize(row.getLong("memory")), row.getInt("cpus"), new ByteSize(row.getLong("disk"))),
            row.getString("state"),
            Instant.ofEpochMilli(row.getLong("seen_at")));

    static final RowMapper<ArtifactRecord> ARTIFACT = (row, _) -> new ArtifactRecord(
            row.getString("reference"),
            row.getString("host"),
            row.getString("build"),
            row.getString("folder"),
            Instant.ofEpochMilli(row.getLong("created_at")));

    private static @Nullable Instant time(@Nullable Object millis) {
        return millis == null ? null : Instant.ofEpochMilli(((Number) millis).longValue());
    }

    private static @Nullable StoredFailure storedFailure(@Nullable String json) {
        return json == null ? null : StoredFailure.parse(json);
    }
}
