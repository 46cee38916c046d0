/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.engine;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.SchedulerName;
import com.github.kagkarlsson.scheduler.task.CompletionHandler;
import com.github.kagkarlsson.scheduler.task.ExecutionComplete;
import com.github.kagkarlsson.scheduler.task.ExecutionOperations;
import com.github.kagkarlsson.scheduler.task.Task;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import dev.cstemplates.core.ErrorBoundary;
import dev.cstemplates.core.Failure;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Claims builds from its queues and runs several at a time. A process has one.
 *
 * <p>It keeps a heartbeat for each; when that stops, another worker of the same queue continues the build. Every second it checks
 * whether one of its builds was cancelled or claimed by another worker, and interrupts it.
 */
public final class Worker implements AutoCloseable {

    private static final Duration NEVER = Duration.ofDays(36_500);

    private final BuildRepository builds;
    private final BuildQueue queue;
    private final WorkerName name;
    private final Settings settings;
    private final Budget budget;
    private final Admission admission;
    private final BuildExecutor executor;
    private final ErrorBoundary errors;
    private final Scheduler scheduler;
    private final Map<String, BuildLease> running = new ConcurrentHashMap<>();
    private final Thread monitor;
    private volatile String state = "working";

    /**
     * Queues, limits and intervals of a worker.
     *
     * @param queues the queues that it serves
     * @param builds how many builds it runs at a time
     * @param hostLimit how many phases may run at a time in all processes of this host; null for as many as fit
     * @param globalLimit the same for all hosts together
     * @param heartbeat between heartbeats; after four missed ones other workers claim the builds
     * @param pollInterval between checks for due builds, cancellations and free resources
     */
    public record Settings(
            List<String> queues,
            int builds,
            @Nullable Integer hostLimit,
            @Nullable Integer globalLimit,
            Duration heartbeat,
            Duration pollInterval) {

        public static Settings usual(List<String> queues, int builds) {
            return new Settings(queues, builds, null, null, Duration.ofSeconds(5), Duration.ofSeconds(1));
        }
    }

    public Worker(
            Database database,
            Clock clock,
            WorkerName name,
            Settings settings,
            Budget budget,
            BuildExecutor executor,
            ErrorBoundary errors) {
        this.builds = new BuildRepository(database, clock);
        this.queue = new BuildQueue(database, clock);
        this.name = name;
        this.settings = settings;
        this.budget = budget;
        this.executor = executor;
        this.errors = errors;
        this.admission = new Admission(
                database,
                clock,
                name.host(),
                budget,
                new Admission.Limits(
                        settings.hostLimit() == null ? Integer.MAX_VALUE : settings.hostLimit(),
                        settings.globalLimit() == null ? Integer.MAX_VALUE : settings.globalLimit()),
                settings.pollInterval());
        this.scheduler = Scheduler.create(database.pool(), tasks(settings.queues()))
                .schedulerName(new SchedulerName.Fixed(name.schedulerName()))
                .threads(settings.builds())
                .pollUsingFetch(0.5, 1)
                .pollingInterval(settings.pollInterval())
                .heartbeatInterval(settings.heartbeat())
                .missedHeartbeatsLimit(4)
                .enablePriority()
                .enableImmediateExecution()
                .deleteUnresolvedAfter(NEVER)
                .shutdownMaxWait(Duration.ofMinutes(1))
                .build();
        this.monitor = Thread.ofPlatform().daemon().name("lease-monitor").unstarted(this::monitor);
    }

    /** Starts to claim builds, after recovering those of dead processes on this host. */
    public void start() {
        builds.recover(name.host());
        saveHost();
        scheduler.start();
        monitor.start();
    }

    /** Waits until all of these builds are over; false if the thread was interrupted. */
    public boolean await(Collection<String> builds) {
        try {
            // Under one lock, so that a build that ends between check and wait is noticed at once.
            synchronized (this) {
                while (!builds.stream().allMatch(this::isOver)) {
                    wait(settings.pollInterval().toMillis());
                }
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private boolean isOver(String build) {
        return !running.containsKey(build)
                && builds.find(build)
                        .map(BuildRecord::state)
                        .filter(state -> !state.isOver())
                        .isEmpty();
    }

    /** Claims no more builds and waits for the running ones; those that still run after {@code limit} return to the queue. */
    public void drain(Duration limit) {
        scheduler.pause();
        state = "draining";
        saveHost();
        var deadline = System.nanoTime() + limit.toNanos();
        try {
            synchronized (this) {
                while (!running.isEmpty() && System.nanoTime() < deadline) {
                    wait(Math.min(1000, settings.pollInterval().toMillis()));
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        running.values().forEach(lease -> lease.stop(BuildLease.StopReason.HANDED_BACK));
    }

    /** Cancels the builds of this process, and queued ones that only it would claim. */
    public void cancel() {
        scheduler.pause();
        builds.withState(BuildState.QUEUED, BuildState.RUNNING).stream()
                .filter(build -> running.containsKey(build.id()) || isOnlyOurs(build.queue()))
                .forEach(build -> builds.cancel(build.id()));
        running.values().forEach(lease -> lease.stop(BuildLease.StopReason.CANCELLED));
    }

    private boolean isOnlyOurs(String queueName) {
        return WorkerSelector.isCommand(queueName) && settings.queues().contains(queueName);
    }

    /** The ids of the builds that run in this process. */
    public Set<String> running() {
        return Set.copyOf(running.keySet());
    }

    /** Stops; builds that still run return to the queue. */
    public void stop() {
        running.values().forEach(lease -> lease.stop(BuildLease.StopReason.HANDED_BACK));
        scheduler.stop();
        monitor.interrupt();
        state = "gone";
        saveHost();
    }

    @Override
    public void close() {
        if (!state.equals("gone")) {
            stop();
        }
    }

    private List<Task<?>> tasks(List<String> queues) {
        var tasks = new ArrayList<Task<?>>();
        queues.forEach(each -> tasks.add(task(each)));
        return tasks;
    }

    private Task<Void> task(String queueName) {
        return Tasks.custom(WorkerSelector.task(queueName), Void.class)
                .onDeadExecution(this::revive)
                .execute((instance, _) -> execute(instance.getId()));
    }

    /** Reschedules the build of a dead worker. If this process was paused, its own heartbeats are late, too; those builds still run. */
    private void revive(ExecutionComplete missed, ExecutionOperations<Void> operations) {
        var execution = missed.getExecution();
        var isOwn = name.schedulerName().equals(execution.pickedBy) && running.containsKey(execution.getId());
        if (!isOwn) {
            operations.reschedule(missed, execution.executionTime);
        }
    }

    private CompletionHandler<Void> execute(String id) {
        var claimed = queue.claim(id, name, admission, errors);
        if (claimed.isEmpty()) {
            queue.endCancelled(id);
            return new CompletionHandler.OnCompleteRemove<>();
        }
        var lease = claimed.get();
        running.put(id, lease);
        try {
            return settle(lease, attempt(lease));
        } finally {
            running.remove(id);
            synchronized (this) {
                notifyAll();
            }
        }
    }

    /** Why the build failed; null if it did not. Catches everything: otherwise the build would stay in state running. */
    private @Nullable Failure attempt(BuildLease lease) {
        try {
            executor.run(lease);
            return null;
        } catch (Throwable e) {
            return lease.failure(e);
        }
    }

    private static CompletionHandler<Void> settle(BuildLease lease, @Nullable Failure failure) {
        var reason = lease.endWork();
        if (failure == null) {
            lease.finish(BuildState.DONE, null);
            return new CompletionHandler.OnCompleteRemove<>();
        }
        if (reason == BuildLease.StopReason.HANDED_BACK && lease.handBack(failure)) {
            return (complete, operations) -> operations.reschedule(complete, complete.getExecution().executionTime);
        }
        if (reason == BuildLease.StopReason.LOST) {
            // The execution belongs to the other worker now.
            return (_, _) -> {};
        }
        var isCancelled = reason == BuildLease.StopReason.CANCELLED;
        lease.finish(isCancelled ? BuildState.CANCELLED : BuildState.FAILED, failure);
        return new CompletionHandler.OnCompleteRemove<>();
    }

    private void monitor() {
        var lastHeartbeat = System.nanoTime();
        var isReported = false;
        try {
            while (true) {
                Thread.sleep(settings.pollInterval());
                try {
                    stopRevokedBuilds();
                    if (System.nanoTime() - lastHeartbeat > settings.heartbeat().toNanos()) {
                        lastHeartbeat = System.nanoTime();
                        admission.heartbeat(name);
                        saveHost();
                    }
                } catch (RuntimeException | Error e) {
                    // Continues after any error, and reports the first one: without this thread no build could be
                    // cancelled. While the database cannot be reached, builds continue as long as they do not use it.
                    if (!isReported) {
                        var _ = errors.failure(e);
                        isReported = !(e instanceof Failure);
                    }
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void stopRevokedBuilds() {
        for (var id : queue.cancelled(running())) {
            var lease = running.get(id);
            if (lease != null) {
                lease.stop(BuildLease.StopReason.CANCELLED);
            }
        }
        for (var lease : running.values()) {
            if (!lease.isOwned() && running.containsValue(lease)) {
                lease.stop(BuildLease.StopReason.LOST);
            }
        }
    }

    private void saveHost() {
        if (settings.queues().stream().allMatch(WorkerSelector::isCommand)) {
            return;
        }
        builds.saveHost(
                new HostRecord(name.host(), settings.queues(), budget.now(Set.of(name.pid())), state, Instant.now()));
    }
}
