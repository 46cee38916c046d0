package dev.cstemplates.engine;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.SchedulerName;
import com.github.kagkarlsson.scheduler.task.CompletionHandler;
import com.github.kagkarlsson.scheduler.task.ExecutionComplete;
import com.github.kagkarlsson.scheduler.task.ExecutionOperations;
import com.github.kagkarlsson.scheduler.task.Task;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
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
 * Takes builds off the queue, by their routes, and has them done, several at a time. A process has one.
 *
 * <p>It keeps a heartbeat for each; when that stops, another worker of the same route goes on with the build. It looks every second
 * whether one of its builds was cancelled or taken from it, and interrupts the work then.
 */
public final class Worker implements AutoCloseable {

    private static final Duration NEVER = Duration.ofDays(36_500);

    private final BuildRepository book;
    private final WorkerName name;
    private final Settings settings;
    private final Budget budget;
    private final Admission admission;
    private final Work work;
    private final Scheduler scheduler;
    private final Map<String, Assignment> running = new ConcurrentHashMap<>();
    private final Thread watchman;
    private volatile String state = "working";

    /**
     * How a worker works.
     *
     * @param routes what it takes
     * @param builds how many at a time
     * @param limitHere how many phases may run on this host at a time, by all its processes; null for as many as fit
     * @param limitEverywhere the same for all hosts together
     * @param heartbeat between signs of life; after four that are missing others take the builds
     * @param look between looks for due builds, cancellations and room
     */
    public record Settings(
            List<String> routes,
            int builds,
            @Nullable Integer limitHere,
            @Nullable Integer limitEverywhere,
            Duration heartbeat,
            Duration look) {

        public static Settings usual(List<String> routes, int builds) {
            return new Settings(routes, builds, null, null, Duration.ofSeconds(5), Duration.ofSeconds(1));
        }
    }

    public Worker(Database database, Clock clock, WorkerName name, Settings settings, Budget budget, Work work) {
        this.book = new BuildRepository(database, clock);
        this.name = name;
        this.settings = settings;
        this.budget = budget;
        this.work = work;
        this.admission = new Admission(
                database,
                clock,
                name.host(),
                budget,
                new Admission.Limits(
                        settings.limitHere() == null ? Integer.MAX_VALUE : settings.limitHere(),
                        settings.limitEverywhere() == null ? Integer.MAX_VALUE : settings.limitEverywhere()),
                settings.look());
        this.scheduler = Scheduler.create(database.pool(), tasks(settings.routes()))
                .schedulerName(new SchedulerName.Fixed(name.toString()))
                .threads(settings.builds())
                .pollUsingFetch(0.5, 1)
                .pollingInterval(settings.look())
                .heartbeatInterval(settings.heartbeat())
                .missedHeartbeatsLimit(4)
                .enablePriority()
                .enableImmediateExecution()
                .deleteUnresolvedAfter(NEVER)
                .shutdownMaxWait(Duration.ofMinutes(1))
                .build();
        this.watchman = Thread.ofPlatform().daemon().name("watchman").unstarted(this::watch);
    }

    /** Begins to take builds; first those of this host whose process is gone. */
    public void start() {
        book.recover(name.host());
        tellHost();
        scheduler.start();
        watchman.start();
    }

    /** Waits until all of these builds are over; false when the thread was interrupted. */
    public boolean await(Collection<String> builds) {
        try {
            // Looked at and waited for under one lock: a build that ends in between would be noticed at the next look
            // only.
            synchronized (this) {
                while (!builds.stream().allMatch(this::isOver)) {
                    wait(settings.look().toMillis());
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
                && book.find(build)
                        .map(BuildRecord::state)
                        .filter(state -> !state.isOver())
                        .isEmpty();
    }

    /** Takes no more builds, and waits for those that run; what runs still after {@code limit} goes back to the queue. */
    public void drain(Duration limit) {
        scheduler.pause();
        state = "draining";
        tellHost();
        var deadline = System.nanoTime() + limit.toNanos();
        try {
            synchronized (this) {
                while (!running.isEmpty() && System.nanoTime() < deadline) {
                    wait(Math.min(1000, settings.look().toMillis()));
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        running.values().forEach(assignment -> assignment.end(Assignment.Stop.HANDED_BACK));
    }

    /** Ends the builds of this process, and those that only it would take. */
    public void cancel() {
        scheduler.pause();
        book.in(BuildState.QUEUED, BuildState.RUNNING).stream()
                .filter(build -> running.containsKey(build.id()) || isOnlyOurs(build.route()))
                .forEach(build -> book.cancel(build.id()));
        running.values().forEach(assignment -> assignment.end(Assignment.Stop.CANCELLED));
    }

    private boolean isOnlyOurs(String route) {
        return WorkerSelector.isCommand(route) && settings.routes().contains(route);
    }

    /** Builds that this process has now. */
    public Set<String> running() {
        return Set.copyOf(running.keySet());
    }

    /** Stops; what still runs goes back to the queue. */
    public void stop() {
        running.values().forEach(assignment -> assignment.end(Assignment.Stop.HANDED_BACK));
        scheduler.stop();
        watchman.interrupt();
        state = "gone";
        tellHost();
    }

    @Override
    public void close() {
        if (!state.equals("gone")) {
            stop();
        }
    }

    private List<Task<?>> tasks(List<String> routes) {
        var tasks = new ArrayList<Task<?>>();
        routes.forEach(route -> tasks.add(task(route)));
        return tasks;
    }

    private Task<Void> task(String route) {
        return Tasks.custom(WorkerSelector.task(route), Void.class)
                .onDeadExecution(this::revive)
                .execute((instance, _) -> execute(instance.getId()));
    }

    /** After a pause of this process its own heartbeats are late too: they are not what others' missing ones mean. */
    private void revive(ExecutionComplete missed, ExecutionOperations<Void> operations) {
        var execution = missed.getExecution();
        var isOwn = name.toString().equals(execution.pickedBy) && running.containsKey(execution.getId());
        if (!isOwn) {
            operations.reschedule(missed, execution.executionTime);
        }
    }

    private CompletionHandler<Void> execute(String id) {
        var begun = book.begin(id, name);
        if (begun.isEmpty()) {
            book.endCancelled(id);
            return new CompletionHandler.OnCompleteRemove<>();
        }
        var build = begun.get();
        var assignment = new Assignment(build, name, book, admission);
        running.put(id, assignment);
        try {
            return settle(assignment, attempt(assignment));
        } finally {
            running.remove(id);
            synchronized (this) {
                notifyAll();
            }
        }
    }

    /** What the work came to. */
    private record Outcome(int phasesRun, @Nullable Failure failure) {}

    private Outcome attempt(Assignment assignment) {
        try {
            return new Outcome(work.run(assignment), null);
        } catch (Failure failure) {
            return new Outcome(0, failure);
        } catch (RuntimeException | Error e) {
            return new Outcome(0, Failure.build("cst came upon something that it was not written for: " + e, ""));
        }
    }

    private CompletionHandler<Void> settle(Assignment assignment, Outcome outcome) {
        var stop = assignment.over();
        var holding = assignment.holding();
        var failure = outcome.failure();
        if (failure == null) {
            holding.end(BuildState.DONE, outcome.phasesRun(), null);
            return new CompletionHandler.OnCompleteRemove<>();
        }
        if (stop == Assignment.Stop.HANDED_BACK && holding.handBack()) {
            return (complete, operations) -> operations.reschedule(complete, complete.getExecution().executionTime);
        }
        if (stop == Assignment.Stop.LOST) {
            // The queue's entry belongs to whoever has the build now.
            return (_, _) -> {};
        }
        var state = failure.kind() == Failure.Kind.CANCELLED ? BuildState.CANCELLED : BuildState.FAILED;
        holding.end(
                stop == Assignment.Stop.CANCELLED ? BuildState.CANCELLED : state,
                outcome.phasesRun(),
                StoredFailure.of(failure));
        return new CompletionHandler.OnCompleteRemove<>();
    }

    private void watch() {
        var lastSign = System.nanoTime();
        try {
            while (true) {
                Thread.sleep(settings.look());
                try {
                    stopWhatIsNotOurs();
                    if (System.nanoTime() - lastSign > settings.heartbeat().toNanos()) {
                        lastSign = System.nanoTime();
                        admission.seen(name);
                        tellHost();
                    }
                } catch (Failure unreachable) {
                    // The builds go on as long as they need no database; the next look tells whether they are still
                    // ours.
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void stopWhatIsNotOurs() {
        for (var id : book.toCancel(running())) {
            var assignment = running.get(id);
            if (assignment != null) {
                assignment.end(Assignment.Stop.CANCELLED);
            }
        }
        for (var assignment : running.values()) {
            if (!assignment.holding().isOurs() && running.containsValue(assignment)) {
                assignment.end(Assignment.Stop.LOST);
            }
        }
    }

    private void tellHost() {
        if (settings.routes().stream().allMatch(WorkerSelector::isCommand)) {
            return;
        }
        book.seen(new HostRecord(name.host(), settings.routes(), budget.now(Set.of(name.pid())), state, Instant.now()));
    }
}
