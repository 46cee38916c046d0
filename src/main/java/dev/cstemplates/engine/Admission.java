package dev.cstemplates.engine;

import dev.cstemplates.core.ByteSize;
import dev.cstemplates.core.Failure;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jspecify.annotations.Nullable;

/**
 * Decides which phases run on a host at a time, for all processes of it that share a database: never more than its budget of memory,
 * processors and disk. Of those that wait, higher priority goes first, then the build with most still to do; smaller ones may
 * pass one that does not fit, until it has waited for {@link #PATIENCE}.
 */
final class Admission {

    private static final Duration PATIENCE = Duration.ofMinutes(15);

    /** A claim whose process has not looked for so long is not waited for; on another host it does not count at all. */
    private static final Duration STALE = Duration.ofMinutes(1);

    private static final Comparator<Claim> ORDER = Comparator.comparingInt((Claim claim) -> -claim.priority())
            .thenComparing(Claim::remaining, Comparator.reverseOrder())
            .thenComparing(Claim::askedAt)
            .thenComparing(Claim::build);

    private static final RowMapper<Claim> CLAIM = (row, _) -> new Claim(
            row.getString("build"),
            row.getString("phase"),
            row.getString("host"),
            WorkerName.parse(row.getString("worker")),
            new ResourceRequirements(
                    new ByteSize(row.getLong("memory")), row.getInt("cpus"), new ByteSize(row.getLong("disk"))),
            row.getInt("priority"),
            Duration.ofMillis(row.getLong("remaining")),
            Instant.ofEpochMilli(row.getLong("asked_at")),
            row.getObject("granted_at") != null,
            Instant.ofEpochMilli(row.getLong("seen_at")));

    private final Database database;
    private final Clock clock;
    private final String host;
    private final Budget budget;
    private final Limits limits;
    private final Duration betweenLooks;

    Admission(Database database, Clock clock, String host, Budget budget, Limits limits, Duration betweenLooks) {
        this.database = database;
        this.clock = clock;
        this.host = host;
        this.budget = budget;
        this.limits = limits;
        this.betweenLooks = betweenLooks;
    }

    /**
     * How many phases may run at a time, whatever they need.
     *
     * @param onThisHost by all processes of it
     * @param everywhere by all hosts that share the database
     */
    record Limits(int onThisHost, int everywhere) {
        static final Limits NONE = new Limits(Integer.MAX_VALUE, Integer.MAX_VALUE);
    }

    /** What a phase holds, or asks for. */
    record Claim(
            String build,
            String phase,
            String host,
            WorkerName worker,
            ResourceRequirements needs,
            int priority,
            Duration remaining,
            Instant askedAt,
            boolean isGranted,
            Instant seenAt) {

        /** To the millisecond, as the database keeps them: comparing a finer time of one's own, each of two would let the other go first. */
        Claim {
            remaining = remaining.truncatedTo(ChronoUnit.MILLIS);
            askedAt = askedAt.truncatedTo(ChronoUnit.MILLIS);
        }
    }

    /**
     * Waits until a phase may run.
     *
     * @param remaining what the build still has to do, this phase included
     * @param waiting told what it waits for, whenever that changes; null when it goes on
     * @return gives back what the phase held
     * @throws Failure when it can never run here, or the thread was interrupted
     */
    Runnable admit(
            BuildRecord build,
            WorkerName worker,
            String phase,
            ResourceRequirements needs,
            Duration remaining,
            Consumer<@Nullable String> waiting) {
        var claim = new Claim(
                build.id(),
                phase,
                host,
                worker,
                needs,
                build.priority(),
                remaining,
                clock.instant(),
                false,
                clock.instant());
        var said = "";
        var isAdmitted = false;
        try {
            while (true) {
                var obstacle = look(claim);
                if (obstacle.isEmpty()) {
                    if (!said.isEmpty()) {
                        waiting.accept(null);
                    }
                    isAdmitted = true;
                    return () -> release(claim);
                }
                if (!obstacle.get().equals(said)) {
                    said = obstacle.get();
                    waiting.accept(said);
                }
                pause(phase);
            }
        } finally {
            if (!isAdmitted) {
                release(claim);
            }
        }
    }

    /** Says that this process still is there, for the hosts that can't see it. */
    void seen(WorkerName worker) {
        database.transaction(handle -> handle.createUpdate("UPDATE claims SET seen_at = :now WHERE worker = :worker")
                .bind("now", clock.instant().toEpochMilli())
                .bind("worker", worker.toString())
                .execute());
    }

    private void pause(String phase) {
        try {
            Thread.sleep(betweenLooks);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Failure.cancelled("Phase " + phase).because(e);
        }
    }

    private void release(Claim claim) {
        database.transaction(
                handle -> handle.createUpdate("DELETE FROM claims WHERE build = :build AND worker = :worker")
                        .bind("build", claim.build())
                        .bind("worker", claim.worker().toString())
                        .execute());
    }

    /** Grants the claim, or says what it waits for. */
    private Optional<String> look(Claim claim) {
        return database.transaction(handle -> {
            handle.execute("UPDATE turns SET number = number + 1 WHERE id = 1");
            var others = livingBeside(handle, claim);
            var here =
                    others.stream().filter(other -> other.host().equals(host)).toList();
            var granted = here.stream().filter(Claim::isGranted).toList();
            var now = budget.now(Stream.concat(here.stream(), Stream.of(claim))
                    .map(each -> each.worker().pid())
                    .collect(Collectors.toSet()));
            var obstacle = tooMany(others, granted).or(() -> noRoom(claim, here, granted, now));
            save(handle, claim, now, obstacle.isEmpty());
            return obstacle;
        });
    }

    private Optional<String> tooMany(List<Claim> others, List<Claim> grantedHere) {
        if (grantedHere.size() >= limits.onThisHost()) {
            return Optional.of("its turn: this host runs %d at a time".formatted(limits.onThisHost()));
        }
        return others.stream().filter(Claim::isGranted).count() >= limits.everywhere()
                ? Optional.of("its turn: all hosts together run %d at a time".formatted(limits.everywhere()))
                : Optional.empty();
    }

    private Optional<String> noRoom(Claim claim, List<Claim> here, List<Claim> granted, ResourceRequirements now) {
        var needs = claim.needs().withAtMost(now.cpus());
        var held = granted.stream().map(Claim::needs).reduce(ResourceRequirements.NONE, ResourceRequirements::plus);
        if (granted.isEmpty() && !needs.fitsBeside(ResourceRequirements.NONE, now)) {
            throw Failure.host(
                            "Phase %s does not fit on this host, though nothing else is built here: %s"
                                    .formatted(claim.phase(), needs.lacksBeside(ResourceRequirements.NONE, now)),
                            "End other programs, free some space, or allow more with --memory and --disk.")
                    .worthRetrying();
        }
        for (var earlier : here.stream()
                .filter(other -> !other.isGranted() && !isStale(other) && ORDER.compare(other, claim) < 0)
                .sorted(ORDER)
                .toList()) {
            if (earlier.needs().fitsBeside(held, now)) {
                held = held.plus(earlier.needs());
            } else if (Duration.between(earlier.askedAt(), clock.instant()).compareTo(PATIENCE) > 0) {
                return Optional.of("its turn after " + earlier.build() + ", which has waited for long");
            }
        }
        var lack = needs.lacksBeside(held, now);
        return lack.isEmpty() ? Optional.empty() : Optional.of(lack);
    }

    private void save(Handle handle, Claim claim, ResourceRequirements now, boolean isGranted) {
        var needs = claim.needs().withAtMost(now.cpus());
        handle.createUpdate("""
                        INSERT INTO claims (build, phase, host, worker, memory, cpus, disk, priority, remaining,
                            asked_at, granted_at, seen_at)
                        VALUES (:build, :phase, :host, :worker, :memory, :cpus, :disk, :priority, :remaining,
                            :askedAt, :grantedAt, :now)
                        ON CONFLICT (build) DO UPDATE SET phase = excluded.phase, host = excluded.host,
                            worker = excluded.worker, memory = excluded.memory, cpus = excluded.cpus,
                            disk = excluded.disk, priority = excluded.priority, remaining = excluded.remaining,
                            asked_at = excluded.asked_at, granted_at = excluded.granted_at,
                            seen_at = excluded.seen_at""")
                .bind("build", claim.build())
                .bind("phase", claim.phase())
                .bind("host", claim.host())
                .bind("worker", claim.worker().toString())
                .bind("memory", needs.memory().bytes())
                .bind("cpus", needs.cpus())
                .bind("disk", needs.disk().bytes())
                .bind("priority", claim.priority())
                .bind("remaining", claim.remaining().toMillis())
                .bind("askedAt", claim.askedAt().toEpochMilli())
                .bind("grantedAt", isGranted ? (Long) clock.instant().toEpochMilli() : null)
                .bind("now", clock.instant().toEpochMilli())
                .execute();
    }

    /** The claims of others. Those of processes that are gone go too; a stopped process still holds its memory, on its own host. */
    private List<Claim> livingBeside(Handle handle, Claim own) {
        var all = handle.createQuery("SELECT * FROM claims WHERE build <> :build")
                .bind("build", own.build())
                .map(CLAIM)
                .list();
        var dead = all.stream()
                .filter(claim -> claim.worker().isDeadOn(host))
                .map(claim -> claim.worker().toString())
                .distinct()
                .toList();
        if (!dead.isEmpty()) {
            handle.createUpdate("DELETE FROM claims WHERE worker IN (<dead>)")
                    .bindList("dead", dead)
                    .execute();
        }
        return all.stream()
                .filter(claim -> !dead.contains(claim.worker().toString()))
                .filter(claim -> claim.host().equals(host) || !isStale(claim))
                .toList();
    }

    private boolean isStale(Claim claim) {
        return Duration.between(claim.seenAt(), clock.instant()).compareTo(STALE) > 0;
    }
}
