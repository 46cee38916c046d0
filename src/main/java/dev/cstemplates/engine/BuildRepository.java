/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.engine;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/**
 * All builds with their phases, events and artifacts: what commands read and change. A {@link Worker} claims builds from the {@link
 * BuildQueue}, and writes about them through a {@link BuildLease}.
 */
public final class BuildRepository {

    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);

    private final Database database;
    private final Clock clock;
    private final BuildQueue queue;

    public BuildRepository(Database database, Clock clock) {
        this.database = database;
        this.clock = clock;
        this.queue = new BuildQueue(database, clock);
    }

    /** Queues a build and returns its id. */
    public String submit(Submission submission) {
        var base = submission.subject() + "-" + STAMP.format(clock.instant());
        return database.transaction(handle -> {
            for (var i = 1; ; i++) {
                var id = i == 1 ? base : base + "-" + i;
                if (insert(handle, id, submission)) {
                    queue.add(handle, id, submission.queue(), submission.priority(), dueAt(submission.expected()));
                    return id;
                }
            }
        });
    }

    private boolean insert(Handle handle, String id, Submission submission) {
        return handle.createUpdate("""
            INSERT INTO builds (id, subject, title, queue, priority, request, expected, state, token,
                cancel_requested, phases_run, submitted_at)
            VALUES (:id, :subject, :title, :queue, :priority, :request, :expected, 'queued', 0, 0, 0, :now)
            ON CONFLICT (id) DO NOTHING\
            """)
                        .bind("id", id)
                        .bind("subject", submission.subject())
                        .bind("title", submission.title())
                        .bind("queue", submission.queue())
                        .bind("priority", submission.priority())
                        .bind("request", submission.request())
                        .bind("expected", submission.expected().toMillis())
                        .bind("now", now())
                        .execute()
                == 1;
    }

    /** Queues a finished build again; it continues with the first phase whose layer is missing. False if it is not over. */
    public boolean resubmit(String id, String queueName, int priority) {
        return database.transaction(handle -> {
            var expected = handle.createQuery("""
                UPDATE builds SET state = 'queued', queue = :queue, priority = :priority,
                    cancel_requested = 0,
                    failure = NULL, ended_at = NULL, waiting_for = NULL, phases_run = 0
                WHERE id = :id AND state IN ('failed', 'cancelled', 'interrupted', 'done')
                RETURNING expected\
                """)
                    .bind("id", id)
                    .bind("queue", queueName)
                    .bind("priority", priority)
                    .mapTo(Long.class)
                    .findOne();
            expected.ifPresent(each -> queue.add(handle, id, queueName, priority, dueAt(Duration.ofMillis(each))));
            return expected.isPresent();
        });
    }

    /** Long builds are due first; a short one that has waited long enough overtakes them. */
    private Instant dueAt(Duration expected) {
        return clock.instant().minus(expected);
    }

    public Optional<BuildRecord> find(String id) {
        return database.transaction(handle -> find(handle, id));
    }

    private static Optional<BuildRecord> find(Handle handle, String id) {
        return handle.createQuery("SELECT * FROM builds WHERE id = :id")
                .bind("id", id)
                .map(RowMappers.BUILD)
                .findOne();
    }

    /** The builds in these states, in the order of their submission. */
    public List<BuildRecord> withState(BuildState... states) {
        return database.transaction(handle -> handle.createQuery(
                        "SELECT * FROM builds WHERE state IN (<states>) ORDER BY submitted_at, id")
                .bindList("states", Arrays.stream(states).map(BuildState::id).toList())
                .map(RowMappers.BUILD)
                .list());
    }

    /** The newest builds, the newest first. */
    public List<BuildRecord> newest(int limit) {
        return database.transaction(
                handle -> handle.createQuery("SELECT * FROM builds ORDER BY submitted_at DESC, id DESC LIMIT :limit")
                        .bind("limit", limit)
                        .map(RowMappers.BUILD)
                        .list());
    }

    /** The builds whose id starts with {@code prefix}, newest first. */
    public List<BuildRecord> startingWith(String prefix) {
        return database.transaction(handle -> handle.createQuery("""
            SELECT * FROM builds WHERE substr(id, 1, :length) = :prefix
            ORDER BY submitted_at DESC, id DESC\
            """)
                .bind("length", prefix.length())
                .bind("prefix", prefix)
                .map(RowMappers.BUILD)
                .list());
    }

    /** At most {@code limit} builds that are over and whose id starts with {@code prefix}, newest first. */
    public List<BuildRecord> history(String prefix, int limit) {
        return database.transaction(handle -> handle.createQuery("""
            SELECT * FROM builds
            WHERE substr(id, 1, :length) = :prefix AND state NOT IN ('queued', 'running')
            ORDER BY submitted_at DESC, id DESC LIMIT :limit\
            """)
                .bind("length", prefix.length())
                .bind("prefix", prefix)
                .bind("limit", limit)
                .map(RowMappers.BUILD)
                .list());
    }

    /** Every attempt of every phase of a build, in the order in which they started. */
    public List<PhaseRecord> phases(String build) {
        return database.transaction(
                handle -> handle.createQuery("SELECT * FROM phases WHERE build = :build ORDER BY started_at, attempt")
                        .bind("build", build)
                        .map(RowMappers.PHASE)
                        .list());
    }

    /** What happened in a build after event number {@code after}. */
    public List<EventRecord> events(String build, long after) {
        return database.transaction(handle -> handle.createQuery(
                        "SELECT * FROM events WHERE build = :build AND number > :after ORDER BY number")
                .bind("build", build)
                .bind("after", after)
                .map(RowMappers.EVENT)
                .list());
    }

    /** Total duration of these phases of a subject when they last ran; zero for those that never ran. */
    public Duration expected(String subject, Collection<String> phases) {
        return Duration.ofMillis(database.transaction(handle -> handle
                .createQuery("""
                    SELECT p.phase, p.ended_at - p.started_at AS elapsed
                    FROM phases p JOIN builds b ON b.id = p.build
                    WHERE b.subject = :subject AND p.state = 'DONE'
                    ORDER BY p.started_at DESC LIMIT 100\
                    """)
                .bind("subject", subject)
                .map((row, _) -> Map.entry(row.getString("phase"), row.getLong("elapsed")))
                .stream()
                .filter(phase -> phases.contains(phase.getKey()))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue, (newest, _) -> newest))
                .values()
                .stream()
                .mapToLong(Long::longValue)
                .sum()));
    }

    /** The artifacts that a build created or found up to date, on any host. */
    public List<ArtifactRecord> artifacts(String build) {
        return database.transaction(handle -> handle.createQuery("SELECT * FROM build_artifacts WHERE build = :build")
                .bind("build", build)
                .map(RowMappers.ARTIFACT)
                .list());
    }

    public List<HostRecord> hosts() {
        return database.transaction(handle -> handle.createQuery("SELECT * FROM hosts ORDER BY name")
                .map(RowMappers.HOST)
                .list());
    }

    /**
     * Cancels a build: a queued one at once, a running one within seconds, through its worker.
     *
     * @return false if it is over already
     */
    public boolean cancel(String id) {
        return database.transaction(handle -> {
            var waiting =
                    handle.createUpdate("UPDATE builds SET state = 'cancelled', cancel_requested = 1, ended_at = :now"
                                            + " WHERE id = :id AND state = 'queued'")
                                    .bind("id", id)
                                    .bind("now", now())
                                    .execute()
                            == 1;
            if (waiting) {
                BuildQueue.removeWaiting(handle, id);
                return true;
            }
            return handle.createUpdate("UPDATE builds SET cancel_requested = 1 WHERE id = :id AND state = 'running'")
                            .bind("id", id)
                            .execute()
                    == 1;
        });
    }

    /** Stores the state of a host, as a heartbeat. */
    void saveHost(HostRecord host) {
        database.transaction(handle -> handle.createUpdate("""
            INSERT INTO hosts (name, queues, memory, cpus, disk, state, seen_at)
            VALUES (:name, :queues, :memory, :cpus, :disk, :state, :now)
            ON CONFLICT (name) DO UPDATE SET queues = excluded.queues, memory = excluded.memory,
                cpus = excluded.cpus, disk = excluded.disk, state = excluded.state, seen_at = excluded.seen_at\
            """)
                .bind("name", host.name())
                .bind("queues", String.join(" ", host.queues()))
                .bind("memory", host.budget().memory().bytes())
                .bind("cpus", host.budget().cpus())
                .bind("disk", host.budget().disk().bytes())
                .bind("state", host.state())
                .bind("now", now())
                .execute());
    }

    /**
     * Recovers the builds of dead processes on this host: those of a worker return to the queue at once, without waiting for missed
     * heartbeats; those of a command become interrupted.
     *
     * @return the ids of both
     */
    public List<String> recover(String host) {
        return database.transaction(handle -> {
            var lost = handle
                    .createQuery("SELECT * FROM builds WHERE state IN ('queued', 'running')")
                    .map(RowMappers.BUILD)
                    .stream()
                    .filter(build -> isLost(build, host))
                    .toList();
            for (var build : lost) {
                if (WorkerSelector.isCommand(build.queue())) {
                    BuildQueue.remove(handle, build.id());
                    handle.createUpdate("UPDATE builds SET state = 'interrupted', ended_at = :now, token = token + 1,"
                                    + " waiting_for = NULL WHERE id = :id")
                            .bind("id", build.id())
                            .bind("now", now())
                            .execute();
                } else {
                    BuildQueue.release(handle, build.id(), WorkerName.parse(String.valueOf(build.worker())));
                }
                handle.createUpdate("DELETE FROM resource_claims WHERE build = :id")
                        .bind("id", build.id())
                        .execute();
            }
            BuildQueue.removeFinished(handle);
            return lost.stream().map(BuildRecord::id).toList();
        });
    }

    private static boolean isLost(BuildRecord build, String host) {
        if (WorkerSelector.isCommand(build.queue())) {
            return WorkerSelector.workerOf(build.queue()).isDeadOn(host);
        }
        return build.state() == BuildState.RUNNING
                && build.worker() != null
                && WorkerName.parse(build.worker()).isDeadOn(host);
    }

    private long now() {
        return clock.instant().toEpochMilli();
    }
}
