package dev.cstemplates.engine;

import dev.cstemplates.host.ByteSize;
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
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jspecify.annotations.Nullable;

/**
 * All builds with their phases, events and artifacts: what commands read and change, and what a {@link Worker} keeps.
 *
 * <p>A worker proves with the build's token that the build is still its own; a write with an older token changes nothing.
 */
public final class BuildBook {

    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);

    private static final RowMapper<BuildRecord> BUILD = (row, _) -> new BuildRecord(
            row.getString("id"),
            row.getString("subject"),
            row.getString("title"),
            row.getString("route"),
            row.getInt("priority"),
            row.getString("request"),
            Duration.ofMillis(row.getLong("expected")),
            BuildState.parse(row.getString("state")),
            row.getLong("token"),
            row.getString("worker"),
            row.getString("phase"),
            row.getString("waits_for"),
            row.getInt("cancel_asked") != 0,
            row.getInt("phases_run"),
            trouble(row.getString("failure")),
            Instant.ofEpochMilli(row.getLong("submitted_at")),
            time(row.getObject("started_at")),
            time(row.getObject("ended_at")));

    private static final RowMapper<PhaseRecord> PHASE = (row, _) -> new PhaseRecord(
            row.getString("build"),
            row.getString("phase"),
            row.getInt("attempt"),
            PhaseRecord.State.valueOf(row.getString("state")),
            row.getString("reason"),
            row.getString("worker"),
            Instant.ofEpochMilli(row.getLong("started_at")),
            time(row.getObject("ended_at")),
            trouble(row.getString("cause")));

    private static final RowMapper<EventRecord> EVENT = (row, _) -> new EventRecord(
            row.getString("build"),
            row.getLong("number"),
            Instant.ofEpochMilli(row.getLong("at")),
            row.getString("data"));

    private static final RowMapper<HostRecord> HOST = (row, _) -> new HostRecord(
            row.getString("name"),
            Arrays.asList(row.getString("routes").split(" ")),
            new Needs(new ByteSize(row.getLong("memory")), row.getInt("cpus"), new ByteSize(row.getLong("disk"))),
            row.getString("state"),
            Instant.ofEpochMilli(row.getLong("seen_at")));

    private static final RowMapper<ArtifactRecord> ARTIFACT = (row, _) -> new ArtifactRecord(
            row.getString("reference"),
            row.getString("host"),
            row.getString("build"),
            row.getString("folder"),
            Instant.ofEpochMilli(row.getLong("created_at")));

    private final Database database;
    private final Clock clock;

    public BuildBook(Database database, Clock clock) {
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
                .map(BUILD)
                .findOne();
    }

    /** The builds in these states, in the order of their submission. */
    public List<BuildRecord> in(BuildState... states) {
        return database.transaction(handle -> handle.createQuery(
                        "SELECT * FROM builds WHERE state IN (<states>) ORDER BY submitted_at, id")
                .bindList("states", Arrays.stream(states).map(BuildState::id).toList())
                .map(BUILD)
                .list());
    }

    /** The newest builds, the newest first. */
    public List<BuildRecord> newest(int limit) {
        return database.transaction(
                handle -> handle.createQuery("SELECT * FROM builds ORDER BY submitted_at DESC, id DESC LIMIT :limit")
                        .bind("limit", limit)
                        .map(BUILD)
                        .list());
    }

    /** The newest build whose id begins so. */
    public Optional<BuildRecord> newestLike(String beginning) {
        return database.transaction(handle -> handle.createQuery("""
                        SELECT * FROM builds WHERE substr(id, 1, :length) = :beginning
                        ORDER BY submitted_at DESC, id DESC LIMIT 1""")
                .bind("length", beginning.length())
                .bind("beginning", beginning)
                .map(BUILD)
                .findOne());
    }

    /** Every try of every phase of a build, in the order in which they began. */
    public List<PhaseRecord> phases(String build) {
        return database.transaction(
                handle -> handle.createQuery("SELECT * FROM phases WHERE build = :build ORDER BY started_at, attempt")
                        .bind("build", build)
                        .map(PHASE)
                        .list());
    }

    /** What happened in a build after event number {@code after}. */
    public List<EventRecord> events(String build, long after) {
        return database.transaction(handle -> handle.createQuery(
                        "SELECT * FROM events WHERE build = :build AND number > :after ORDER BY number")
                .bind("build", build)
                .bind("after", after)
                .map(EVENT)
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
                .map(ARTIFACT)
                .list());
    }

    public List<HostRecord> hosts() {
        return database.transaction(handle -> handle.createQuery("SELECT * FROM hosts ORDER BY name")
                .map(HOST)
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
                .map(BUILD)
                .findOne());
    }

    /** A build that nobody has, and that was cancelled while it was handed from one worker to another, is over. */
    void endCancelled(String id) {
        database.transaction(handle -> handle.createUpdate("UPDATE builds SET state = 'cancelled', ended_at = :now"
                        + " WHERE id = :id AND cancel_asked <> 0 AND state IN ('queued', 'running')")
                .bind("id", id)
                .bind("now", now())
                .execute());
    }

    /** Whether a worker with this token still has the build. */
    boolean owns(String id, long token) {
        return database.transaction(handle -> owns(handle, id, token));
    }

    private static boolean owns(Handle handle, String id, long token) {
        return handle.createQuery("SELECT COUNT(*) FROM builds WHERE id = :id AND token = :token AND state = 'running'")
                        .bind("id", id)
                        .bind("token", token)
                        .mapTo(Integer.class)
                        .one()
                == 1;
    }

    /** Ends a build, unless somebody else has it by now. */
    boolean end(String id, long token, BuildState state, int phasesRun, @Nullable Trouble failure) {
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

    /** Gives a build back to the queue, unless somebody else has it by now. */
    boolean handBack(String id, long token) {
        return database.transaction(handle -> handle.createUpdate("UPDATE builds SET state = 'queued', waits_for = NULL"
                                + " WHERE id = :id AND token = :token AND state = 'running'")
                        .bind("id", id)
                        .bind("token", token)
                        .execute()
                == 1);
    }

    /** Adds an event; false if somebody else has the build by now. */
    boolean addEvent(String id, long token, String data) {
        return change(
                id,
                token,
                handle -> handle.createUpdate("""
                        INSERT INTO events (build, number, at, data)
                        SELECT :id, COALESCE(MAX(number), 0) + 1, :now, :data FROM events WHERE build = :id""")
                        .bind("id", id)
                        .bind("now", now())
                        .bind("data", data)
                        .execute());
    }

    boolean waiting(String id, long token, @Nullable String phase, @Nullable String waitsFor) {
        return change(
                id,
                token,
                handle -> handle.createUpdate("UPDATE builds SET waits_for = :waitsFor,"
                                + " phase = COALESCE(:phase, phase) WHERE id = :id")
                        .bind("id", id)
                        .bind("phase", phase)
                        .bind("waitsFor", waitsFor)
                        .execute());
    }

    boolean phaseBegins(String id, long token, String phase, String reason, PhaseRecord.State state, String worker) {
        return change(id, token, handle -> {
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

    boolean phaseEnds(String id, long token, String phase, PhaseRecord.State state, @Nullable Trouble cause) {
        return change(
                id,
                token,
                handle -> handle.createUpdate("""
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

    boolean addArtifact(String id, long token, String host, String reference, String folder) {
        return change(
                id,
                token,
                handle -> handle.createUpdate("""
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
            var lost =
                    handle.createQuery("SELECT * FROM builds WHERE state IN ('queued', 'running')").map(BUILD).stream()
                            .filter(build -> isLost(build, host))
                            .toList();
            for (var build : lost) {
                if (Routes.isCommand(build.route())) {
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
        if (Routes.isCommand(build.route())) {
            return Routes.workerOf(build.route()).isDeadOn(host);
        }
        return build.state() == BuildState.RUNNING
                && build.worker() != null
                && WorkerName.parse(build.worker()).isDeadOn(host);
    }

    private boolean change(String id, long token, Consumer<Handle> change) {
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

    private static @Nullable Instant time(@Nullable Object millis) {
        return millis == null ? null : Instant.ofEpochMilli(((Number) millis).longValue());
    }

    private static @Nullable Trouble trouble(@Nullable String json) {
        return json == null ? null : Trouble.parse(json);
    }
}
