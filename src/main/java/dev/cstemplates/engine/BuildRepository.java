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
 * All builds with their phases, events and artifacts: what commands read and change, and how a {@link Worker} comes by a build. What it
 * writes of a build that it has goes through a {@link Holding}.
 */
public final class BuildRepository {

    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);

    private final Database database;
    private final Clock clock;

    public BuildRepository(Database database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    /** Queues a build and returns its id. */
    public String submit(Submission submission) {
        var base = submission.subject() + "-" + STAMP.format(clock.instant());
        return database.transaction(handle -> {
            for (var i = 1; ; i++) {
                var id = i == 1 ? base : base + "-" + i;
                if (insert(handle, id, submission)) {
                    Queue.add(handle, id, submission.route(), submission.priority(), dueAt(submission.expected()));
                    return id;
                }
            }
        });
    }

    private boolean insert(Handle handle, String id, Submission submission) {
        return handle.createUpdate("""
                        INSERT INTO builds (id, subject, title, route, priority, request, expected, state, token,
                            cancel_asked, phases_run, submitted_at)
                        VALUES (:id, :subject, :title, :route, :priority, :request, :expected, 'queued', 0, 0, 0, :now)
                        ON CONFLICT (id) DO NOTHING""")
                        .bind("id", id)
                        .bind("subject", submission.subject())
                        .bind("title", submission.title())
                        .bind("route", submission.route())
                        .bind("priority", submission.priority())
                        .bind("request", submission.request())
                        .bind("expected", submission.expected().toMillis())
                        .bind("now", now())
                        .execute()
                == 1;
    }

    /** Queues a build again that is over: it goes on with the first phase whose result is not there. False if it is not over. */
    public boolean again(String id, String route, int priority) {
        return database.transaction(handle -> {
            var expected = handle.createQuery("""
                            UPDATE builds SET state = 'queued', route = :route, priority = :priority, cancel_asked = 0,
                                failure = NULL, ended_at = NULL, waits_for = NULL, phases_run = 0
                            WHERE id = :id AND state IN ('failed', 'cancelled', 'interrupted', 'done')
                            RETURNING expected""")
                    .bind("id", id)
                    .bind("route", route)
                    .bind("priority", priority)
                    .mapTo(Long.class)
                    .findOne();
            expected.ifPresent(each -> Queue.add(handle, id, route, priority, dueAt(Duration.ofMillis(each))));
            return expected.isPresent();
        });
    }

    /** The longest are due first, and those that have waited for long overtake. */
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
    public List<BuildRecord> in(BuildState... states) {
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

    /** The newest build whose id begins so. */
    public Optional<BuildRecord> newestLike(String beginning) {
        return database.transaction(handle -> handle.createQuery("""
                        SELECT * FROM builds WHERE substr(id, 1, :length) = :beginning
                        ORDER BY submitted_at DESC, id DESC LIMIT 1""")
                .bind("length", beginning.length())
                .bind("beginning", beginning)
                .map(RowMappers.BUILD)
                .findOne());
    }

    /** Every try of every phase of a build, in the order in which they began. */
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

    /** What a build of a subject takes about: each phase as it took the last time. Zero where none was built yet. */
    public Duration expected(String subject) {
        return Duration.ofMillis(database.transaction(handle -> handle
                .createQuery("""
                        SELECT p.phase, p.ended_at - p.started_at AS elapsed
                        FROM phases p JOIN builds b ON b.id = p.build
                        WHERE b.subject = :subject AND p.state = 'DONE'
                        ORDER BY p.started_at DESC LIMIT 100""")
                .bind("subject", subject)
                .map((row, _) -> Map.entry(row.getString("phase"), row.getLong("elapsed")))
                .stream()
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue, (newest, _) -> newest))
                .values()
                .stream()
                .mapToLong(Long::longValue)
                .sum()));
    }

    public List<ArtifactRecord> artifacts(String build) {
        return database.transaction(handle -> handle.createQuery("SELECT * FROM artifacts WHERE build = :build")
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
     * Ends a build: one that waits at once, one that runs within seconds, by its worker.
     *
     * @return false if it is over already
     */
    public boolean cancel(String id) {
        return database.transaction(handle -> {
            var waiting = handle.createUpdate("UPDATE builds SET state = 'cancelled', cancel_asked = 1, ended_at = :now"
                                    + " WHERE id = :id AND state = 'queued'")
                            .bind("id", id)
                            .bind("now", now())
                            .execute()
                    == 1;
            if (waiting) {
                Queue.removeWaiting(handle, id);
                return true;
            }
            return handle.createUpdate("UPDATE builds SET cancel_asked = 1 WHERE id = :id AND state = 'running'")
                            .bind("id", id)
                            .execute()
                    == 1;
        });
    }

    /** Of a worker's builds those that it has to stop: somebody cancelled them. */
    List<String> toCancel(Collection<String> ids) {
        return ids.isEmpty()
                ? List.of()
                : database.transaction(
                        handle -> handle.createQuery("SELECT id FROM builds WHERE cancel_asked <> 0 AND id IN (<ids>)")
                                .bindList("ids", List.copyOf(ids))
                                .mapTo(String.class)
                                .list());
    }

    /** Takes a build; nothing if it is over, or cancelled meanwhile. */
    Optional<BuildRecord> begin(String id, WorkerName worker) {
        return database.transaction(handle -> handle.createQuery("""
                        UPDATE builds SET state = 'running', token = token + 1, worker = :worker, waits_for = NULL,
                            started_at = COALESCE(started_at, :now)
                        WHERE id = :id AND state IN ('queued', 'running') AND cancel_asked = 0
                        RETURNING *""")
                .bind("id", id)
                .bind("worker", worker.toString())
                .bind("now", now())
                .map(RowMappers.BUILD)
                .findOne());
    }

    /** What the worker that took {@code build} may write. */
    Holding holding(BuildRecord build) {
        return new Holding(database, clock, build.id(), build.token());
    }

    /** A build that nobody has, and that was cancelled while it was handed from one worker to another, is over. */
    void endCancelled(String id) {
        database.transaction(handle -> handle.createUpdate("UPDATE builds SET state = 'cancelled', ended_at = :now"
                        + " WHERE id = :id AND cancel_asked <> 0 AND state IN ('queued', 'running')")
                .bind("id", id)
                .bind("now", now())
                .execute());
    }

    /** Says what a host offers, and that it is there. */
    void seen(HostRecord host) {
        database.transaction(handle -> handle.createUpdate("""
                        INSERT INTO hosts (name, routes, memory, cpus, disk, state, seen_at)
                        VALUES (:name, :routes, :memory, :cpus, :disk, :state, :now)
                        ON CONFLICT (name) DO UPDATE SET routes = excluded.routes, memory = excluded.memory,
                            cpus = excluded.cpus, disk = excluded.disk, state = excluded.state, seen_at = excluded.seen_at""")
                .bind("name", host.name())
                .bind("routes", String.join(" ", host.routes()))
                .bind("memory", host.budget().memory().bytes())
                .bind("cpus", host.budget().cpus())
                .bind("disk", host.budget().disk().bytes())
                .bind("state", host.state())
                .bind("now", now())
                .execute());
    }

    /**
     * Looks after the builds of this host whose process is gone: those of workers can be taken at once, without waiting until their
     * heartbeat is missed; those of a command that is gone are interrupted.
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
                if (WorkerSelector.isCommand(build.route())) {
                    Queue.remove(handle, build.id());
                    handle.createUpdate("UPDATE builds SET state = 'interrupted', ended_at = :now, token = token + 1,"
                                    + " waits_for = NULL WHERE id = :id")
                            .bind("id", build.id())
                            .bind("now", now())
                            .execute();
                } else {
                    Queue.release(handle, build.id(), String.valueOf(build.worker()));
                }
                handle.createUpdate("DELETE FROM claims WHERE build = :id")
                        .bind("id", build.id())
                        .execute();
            }
            Queue.removeOver(handle);
            return lost.stream().map(BuildRecord::id).toList();
        });
    }

    private static boolean isLost(BuildRecord build, String host) {
        if (WorkerSelector.isCommand(build.route())) {
            return WorkerSelector.workerOf(build.route()).isDeadOn(host);
        }
        return build.state() == BuildState.RUNNING
                && build.worker() != null
                && WorkerName.parse(build.worker()).isDeadOn(host);
    }

    private long now() {
        return clock.instant().toEpochMilli();
    }
}
