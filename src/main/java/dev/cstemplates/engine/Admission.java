/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.engine;

import dev.cstemplates.core.Failure;
import dev.cstemplates.core.Sleeper;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Decides which phases run on a host at the same time, for all its processes that share a database: never more than its budget of memory,
 * processors and disk. Higher priority goes first, then the build that will take longest; smaller phases may overtake one that does not
 * fit, until it has waited for {@link #MAX_OVERTAKING}.
 */
final class Admission {

    private static final Duration MAX_OVERTAKING = Duration.ofMinutes(15);

    /** Without a heartbeat for this long, a waiting claim is not queued behind, and a claim of another host is ignored. */
    private static final Duration STALE = Duration.ofMinutes(1);

    private final Database database;
    private final Clock clock;
    private final String host;
    private final Budget budget;
    private final Limits limits;
    private final Duration pollInterval;

    Admission(Database database, Clock clock, String host, Budget budget, Limits limits, Duration pollInterval) {
        this.database = database;
        this.clock = clock;
        this.host = host;
        this.budget = budget;
        this.limits = limits;
        this.pollInterval = pollInterval;
    }

    /**
     * Maximum number of phases that run at the same time, whatever they require.
     *
     * @param onThisHost in all its processes
     * @param everywhere on all hosts that share the database
     */
    record Limits(int onThisHost, int everywhere) {
        static final Limits NONE = new Limits(Integer.MAX_VALUE, Integer.MAX_VALUE);
    }

    /**
     * Waits until a phase may run.
     *
     * @param remaining how long the build will still take, this phase included
     * @param waiting receives what the phase is waiting for, each time that changes; null when it continues
     * @throws Failure if the phase can never run on this host, or the thread was interrupted
     */
    AcquiredResources acquire(
            BuildRecord build,
            WorkerName worker,
            String phase,
            ResourceRequirements requirements,
            Duration remaining,
            Consumer<@Nullable String> waiting) {
        var claim = new ResourceClaim(
                build.id(),
                phase,
                host,
                worker,
                requirements,
                build.priority(),
                remaining,
                clock.instant(),
                false,
                clock.instant());
        var reported = "";
        var isAdmitted = false;
        try {
            while (true) {
                var obstacle = tryGrant(claim);
                if (obstacle.isEmpty()) {
                    if (!reported.isEmpty()) {
                        waiting.accept(null);
                    }
                    isAdmitted = true;
                    return () -> release(claim);
                }
                if (!obstacle.get().equals(reported)) {
                    reported = obstacle.get();
                    waiting.accept(reported);
                }
                Sleeper.SYSTEM.sleep(pollInterval, "Phase " + phase);
            }
        } finally {
            if (!isAdmitted) {
                release(claim);
            }
        }
    }

    /** Updates the claims of this process, so that other hosts do not ignore them. */
    void heartbeat(WorkerName worker) {
        database.transaction(
                handle -> handle.createUpdate("UPDATE resource_claims SET seen_at = :now WHERE worker = :worker")
                        .bind("now", clock.instant().toEpochMilli())
                        .bind("worker", worker.toString())
                        .execute());
    }

    private void release(ResourceClaim claim) {
        database.transaction(
                handle -> handle.createUpdate("DELETE FROM resource_claims WHERE build = :build AND worker = :worker")
                        .bind("build", claim.build())
                        .bind("worker", claim.worker().toString())
                        .execute());
    }

    /** Grants the claim, or returns what it is waiting for. */
    private Optional<String> tryGrant(ResourceClaim claim) {
        return database.transaction(handle -> {
            // Claims are decided one at a time: this locks the row until the transaction ends.
            handle.execute("UPDATE admission_lock SET version = version + 1 WHERE id = 1");
            var others = liveClaims(handle, claim);
            var here =
                    others.stream().filter(other -> other.host().equals(host)).toList();
            var granted = here.stream().filter(ResourceClaim::isGranted).toList();
            var now = budget.now(Stream.concat(here.stream(), Stream.of(claim))
                    .map(each -> each.worker().pid())
                    .collect(Collectors.toSet()));
            var obstacle = overLimit(others, granted).or(() -> shortage(claim, here, granted, now));
            save(handle, claim, now, obstacle.isEmpty());
            return obstacle;
        });
    }

    private Optional<String> overLimit(List<ResourceClaim> others, List<ResourceClaim> grantedHere) {
        if (grantedHere.size() >= limits.onThisHost()) {
            return Optional.of("a free slot: this host runs at most %d phases".formatted(limits.onThisHost()));
        }
        return others.stream().filter(ResourceClaim::isGranted).count() >= limits.everywhere()
                ? Optional.of("a free slot: all hosts together run at most %d phases".formatted(limits.everywhere()))
                : Optional.empty();
    }

    private Optional<String> shortage(
            ResourceClaim claim, List<ResourceClaim> here, List<ResourceClaim> granted, ResourceRequirements now) {
        var requirements = claim.requirements().withAtMost(now.cpus());
        var held = granted.stream()
                .map(ResourceClaim::requirements)
                .reduce(ResourceRequirements.NONE, ResourceRequirements::plus);
        if (granted.isEmpty() && !requirements.fits(ResourceRequirements.NONE, now)) {
            throw Failure.host(
                            "Phase %s does not fit on this host, although no other build runs: %s"
                                    .formatted(claim.phase(), requirements.shortage(ResourceRequirements.NONE, now)),
                            "Stop other programs, free disk space, or allow more with --memory and --disk.")
                    .worthRetrying();
        }
        for (var earlier : here.stream()
                .filter(other -> !other.isGranted() && !isStale(other) && ResourceClaim.ORDER.compare(other, claim) < 0)
                .sorted(ResourceClaim.ORDER)
                .toList()) {
            if (earlier.requirements().fits(held, now)) {
                held = held.plus(earlier.requirements());
            } else if (Duration.between(earlier.requestedAt(), clock.instant()).compareTo(MAX_OVERTAKING) > 0) {
                return Optional.of("resources: queued behind " + earlier.build());
            }
        }
        var shortage = requirements.shortage(held, now);
        return shortage.isEmpty() ? Optional.empty() : Optional.of(shortage);
    }

    private void save(Handle handle, ResourceClaim claim, ResourceRequirements now, boolean isGranted) {
        var requirements = claim.requirements().withAtMost(now.cpus());
        handle.createUpdate("""
            INSERT INTO resource_claims (build, phase, host, worker, memory, cpus, disk, priority, remaining,
                requested_at, granted_at, seen_at)
            VALUES (:build, :phase, :host, :worker, :memory, :cpus, :disk, :priority, :remaining,
                :requestedAt, :grantedAt, :now)
            ON CONFLICT (build) DO UPDATE SET phase = excluded.phase, host = excluded.host,
                worker = excluded.worker, memory = excluded.memory, cpus = excluded.cpus,
                disk = excluded.disk, priority = excluded.priority, remaining = excluded.remaining,
                requested_at = excluded.requested_at, granted_at = excluded.granted_at,
                seen_at = excluded.seen_at\
            """)
                .bind("build", claim.build())
                .bind("phase", claim.phase())
                .bind("host", claim.host())
                .bind("worker", claim.worker().toString())
                .bind("memory", requirements.memory().bytes())
                .bind("cpus", requirements.cpus())
                .bind("disk", requirements.disk().bytes())
                .bind("priority", claim.priority())
                .bind("remaining", claim.remaining().toMillis())
                .bind("requestedAt", claim.requestedAt().toEpochMilli())
                .bind("grantedAt", isGranted ? (Long) clock.instant().toEpochMilli() : null)
                .bind("now", clock.instant().toEpochMilli())
                .execute();
    }

    /** The claims of other builds. Removes those of dead processes. On this host, a stopped process still holds its memory. */
    private List<ResourceClaim> liveClaims(Handle handle, ResourceClaim own) {
        var all = handle.createQuery("SELECT * FROM resource_claims WHERE build <> :build")
                .bind("build", own.build())
                .map(ResourceClaim.ROW)
                .list();
        var dead = all.stream()
                .filter(claim -> claim.worker().isDeadOn(host))
                .map(claim -> claim.worker().toString())
                .distinct()
                .toList();
        if (!dead.isEmpty()) {
            handle.createUpdate("DELETE FROM resource_claims WHERE worker IN (<dead>)")
                    .bindList("dead", dead)
                    .execute();
        }
        return all.stream()
                .filter(claim -> !dead.contains(claim.worker().toString()))
                .filter(claim -> claim.host().equals(host) || !isStale(claim))
                .toList();
    }

    private boolean isStale(ResourceClaim claim) {
        return Duration.between(claim.seenAt(), clock.instant()).compareTo(STALE) > 0;
    }
}
