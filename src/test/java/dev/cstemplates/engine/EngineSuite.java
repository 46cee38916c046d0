/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import dev.cstemplates.core.ByteSize;
import dev.cstemplates.core.ErrorBoundary;
import dev.cstemplates.core.Failure;
import dev.cstemplates.host.process.ProcessId;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The engine's guarantees, on any database. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
abstract class EngineSuite {

    private static final String QUEUE = WorkerSelector.machine("x86_64", "tcg");
    private static final ResourceRequirements PLENTY =
            new ResourceRequirements(ByteSize.ofGiB(64), 64, ByteSize.ofGiB(640));

    private final List<AutoCloseable> open = new ArrayList<>();
    private Database database;
    private BuildRepository builds;

    /** Opens the same empty database, as another process would. */
    abstract Database openDatabase();

    /** The URL of another database, without a schema. */
    abstract String emptyDatabase();

    /** Opens the database of a URL. */
    abstract Database open(String url);

    @BeforeEach
    void openBuilds() {
        database = another();
        builds = new BuildRepository(database, Clock.systemUTC());
    }

    @AfterEach
    void closeAll() throws Exception {
        for (var each : open.reversed()) {
            each.close();
        }
    }

    @Test
    void aBuildRunsOnceAndItsHistoryIsKept() {
        var id = submit("debian-12", 0, 1);
        var worker = worker(1, lease -> {
            var failure = Failure.remote("the mirror is down", "wait", true);
            lease.record(new BuildEvent.PhaseStarted(lease.id(), "install", "it never ran on this host"));
            lease.record(new BuildEvent.Retrying(lease.id(), "install", failure, Duration.ofSeconds(1)));
            lease.record(new BuildEvent.PhaseStarted(lease.id(), "install", "again"));
            lease.record(new BuildEvent.PhaseDone(lease.id(), "install", Duration.ofSeconds(1)));
            lease.record(new BuildEvent.PhaseSkipped(lease.id(), "prepare", "nothing changed"));
            lease.addArtifact("debian-12@1", "/artifacts/debian-12/1");
        });

        worker.await(List.of(id));

        var build = builds.find(id).orElseThrow();
        assertThat(build.state()).isEqualTo(BuildState.DONE);
        assertThat(build.phasesRun()).isEqualTo(1);
        assertThat(build.token()).isEqualTo(1);
        assertThat(build.endedAt()).isNotNull();
        assertThat(builds.phases(id))
                .extracting(PhaseRecord::phase, PhaseRecord::attempt, PhaseRecord::state)
                .containsExactlyInAnyOrder(
                        tuple("install", 1, PhaseRecord.State.FAILED),
                        tuple("install", 2, PhaseRecord.State.DONE),
                        tuple("prepare", 1, PhaseRecord.State.SKIPPED));
        assertThat(builds.phases(id).getFirst().cause())
                .isEqualTo(new StoredFailure(Failure.Kind.REMOTE, "the mirror is down", "wait", true));
        assertThat(builds.events(id, 4)).extracting(EventRecord::number).containsExactly(5L);
        assertThat(builds.artifacts(id)).extracting(ArtifactRecord::reference).containsExactly("debian-12@1");
        assertThat(builds.hosts()).extracting(HostRecord::name).containsExactly("here");
    }

    @Test
    void buildsRunByPriorityThenLongestFirst() {
        var ids =
                List.of(submit("short", 0, 1), submit("long", 0, 60), submit("urgent", 5, 1), submit("middle", 0, 30));
        var order = Collections.synchronizedList(new ArrayList<String>());

        worker(1, lease -> {
                    order.add(lease.request());
                })
                .await(ids);

        assertThat(order).containsExactly("urgent", "long", "middle", "short");
    }

    @Test
    void aFailedBuildKeepsItsCauseAndCanBeResubmitted() {
        var id = submit("debian-12", 0, 1);
        var attempts = new ArrayList<Long>();
        var worker = worker(1, lease -> {
            attempts.add(builds.find(id).orElseThrow().token());
            if (attempts.size() == 1) {
                throw Failure.build("the disk is invalid", "fix it");
            }
        });

        worker.await(List.of(id));
        var failed = builds.find(id).orElseThrow();
        assertThat(failed.state()).isEqualTo(BuildState.FAILED);
        assertThat(failed.failure())
                .isEqualTo(new StoredFailure(Failure.Kind.BUILD, "the disk is invalid", "fix it", false));
        assertThat(builds.resubmit(id, QUEUE, 0)).isTrue();
        worker.await(List.of(id));

        assertThat(builds.find(id).orElseThrow().state()).isEqualTo(BuildState.DONE);
        assertThat(builds.find(id).orElseThrow().failure()).isNull();
        assertThat(attempts).containsExactly(1L, 2L);
    }

    @Test
    void aRunningBuildIsCancelledByInterruptingItsWork() throws InterruptedException {
        var id = submit("debian-12", 0, 1);
        var started = new CountDownLatch(1);
        var worker = worker(1, lease -> {
            started.countDown();
            sleepUntilInterrupted();
            throw Failure.cancelled("the phase");
        });
        started.await();

        assertThat(builds.cancel(id)).isTrue();
        worker.await(List.of(id));

        assertThat(builds.find(id).orElseThrow().state()).isEqualTo(BuildState.CANCELLED);
        assertThat(builds.cancel(id)).isFalse();
    }

    @Test
    void aQueuedBuildIsCancelledAtOnceAndNeverRuns() {
        var cancelled = submit("debian-12", 0, 1);
        builds.cancel(cancelled);
        var other = submit("debian-13", 0, 1);
        var ran = Collections.synchronizedList(new ArrayList<String>());

        worker(1, lease -> {
                    ran.add(lease.id());
                })
                .await(List.of(cancelled, other));

        assertThat(ran).containsExactly(other);
    }

    @Test
    void aWorkerThatLostABuildCannotWriteAboutIt() {
        var id = submit("debian-12", 0, 1);
        var lost = claim(id, 1);
        var owned = claim(id, 2);

        assertThat(lost.isOwned()).isFalse();
        List.<Runnable>of(
                        lost::requireOwned,
                        () -> lost.record(new BuildEvent.PhaseStarted(id, "install", "")),
                        () -> lost.record(new BuildEvent.Waiting(id, "install", "memory")),
                        () -> lost.record(new BuildEvent.Failed(
                                id, "install", Failure.build("it broke", ""), Duration.ofSeconds(1))),
                        () -> lost.addArtifact("debian-12@1", "/a"))
                .forEach(write ->
                        assertThatThrownBy(write::run).hasMessageContaining("which another worker has claimed"));
        assertThat(Thread.interrupted()).isTrue();
        assertThat(lost.handBack(Failure.cancelled("It"))).isFalse();
        assertThat(lost.finish(BuildState.DONE, null)).isFalse();
        assertThat(builds.events(id, 0)).isEmpty();
        assertThat(builds.phases(id)).isEmpty();
        assertThat(builds.artifacts(id)).isEmpty();
        assertThat(owned.finish(BuildState.DONE, null)).isTrue();
    }

    @Test
    void twoBuildsWithTheSameArtifactBothListIt() {
        for (var i = 0; i < 2; i++) {
            var id = submit("debian-12", 0, 1);
            claim(id, 1).addArtifact("debian-12@1", "/artifacts/debian-12/1");

            assertThat(builds.artifacts(id))
                    .extracting(ArtifactRecord::reference)
                    .containsExactly("debian-12@1");
        }
    }

    @Test
    void aFinishedBuildCanBeResubmittedAlthoughItsWorkerLeftItsExecution() {
        var id = submit("debian-12", 0, 1);
        claim(id, 1).finish(BuildState.FAILED, Failure.build("it broke", ""));

        assertThat(builds.resubmit(id, QUEUE, 0)).isTrue();
        worker(1, lease -> {}).await(List.of(id));

        assertThat(builds.find(id).orElseThrow().state()).isEqualTo(BuildState.DONE);
    }

    @Test
    void aFailedTransactionLeavesNothingInTheQueue() {
        assertThatThrownBy(() -> database.transaction(handle -> {
                    new BuildQueue(database, Clock.systemUTC()).add(handle, "debian-12-1", QUEUE, 0, Instant.EPOCH);
                    throw new IllegalStateException("the build cannot be inserted");
                }))
                .hasMessage("the build cannot be inserted");

        assertThat(database.<Integer>transaction(handle -> handle.createQuery("SELECT COUNT(*) FROM scheduled_tasks")
                        .mapTo(Integer.class)
                        .one()))
                .isZero();
    }

    @Test
    void onAnInterruptedThreadAnErrorIsReportedAtOnceAndTheThreadStaysInterrupted() {
        Thread.currentThread().interrupt();
        var started = System.nanoTime();

        assertThatThrownBy(() -> database.transaction(handle -> handle.execute("DELETE FROM nowhere")))
                .isInstanceOf(Failure.class)
                .hasMessageContaining("nowhere");

        assertThat(Thread.interrupted()).isTrue();
        assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(30));
    }

    @Test
    void anInterruptedThreadCanWrite() {
        Thread.currentThread().interrupt();

        var id = submit("debian-12", 0, 1);

        assertThat(Thread.interrupted()).isTrue();
        assertThat(builds.find(id)).isPresent();
    }

    @Test
    void theThreadOfALostBuildIsInterrupted() throws InterruptedException {
        var id = submit("debian-12", 0, 1);
        var started = new CountDownLatch(1);
        var stopped = new CountDownLatch(1);
        worker(1, lease -> {
            started.countDown();
            sleepUntilInterrupted();
            stopped.countDown();
            throw Failure.cancelled("the phase");
        });
        started.await();

        claim(id, 2);
        var taken = builds.find(id).orElseThrow();
        stopped.await();

        assertThat(builds.find(id).orElseThrow().token()).isEqualTo(taken.token());
        assertThat(builds.find(id).orElseThrow().state()).isEqualTo(BuildState.RUNNING);
    }

    @Test
    void buildsOfADeadProcessOnTheSameHostAreRecoveredAtOnce() {
        var dead = new WorkerName("here", new ProcessId(4_194_305, 1, "0000"));
        var ofWorker = submit("debian-12", 0, 1);
        var ofCommand = builds.submit(
                new Submission("debian-13", "", WorkerSelector.command(dead), 0, Duration.ofMinutes(1), "debian-13"));
        var first = new CountDownLatch(1);
        // The row that a killed worker leaves in the queue.
        database.transaction(handle -> handle.createUpdate(
                        "UPDATE scheduled_tasks SET picked = :yes, picked_by = :dead WHERE task_instance = :id")
                .bind("yes", true)
                .bind("dead", dead.schedulerName())
                .bind("id", ofWorker)
                .execute());
        claim(ofWorker, dead);

        var worker = worker(1, lease -> {
            first.countDown();
        });
        worker.await(List.of(ofWorker));

        assertThat(first.getCount()).isZero();
        assertThat(builds.find(ofWorker).orElseThrow().token()).isEqualTo(2);
        assertThat(builds.find(ofCommand).orElseThrow().state()).isEqualTo(BuildState.INTERRUPTED);
        assertThat(builds.recover("here")).isEmpty();
    }

    /** db-scheduler truncates a longer name: then no process recognises the executions of a dead worker, or its own. */
    @Test
    void aClaimedBuildsExecutionNamesItsWholeWorker() {
        var id = submit("debian-12", 0, 1);
        var pickedBy = new AtomicReference<String>();

        var worker = worker(
                1,
                lease -> pickedBy.set(database.transaction(
                        handle -> handle.createQuery("SELECT picked_by FROM scheduled_tasks WHERE task_instance = :id")
                                .bind("id", id)
                                .mapTo(String.class)
                                .one())));
        worker.await(List.of(id));

        var name = WorkerName.parse(String.valueOf(builds.find(id).orElseThrow().worker()));
        assertThat(pickedBy.get()).isEqualTo(name.schedulerName());
    }

    @Test
    void aDrainedWorkerReturnsItsBuildsToTheQueue() throws InterruptedException {
        var id = submit("debian-12", 0, 1);
        var started = new CountDownLatch(1);
        var leaving = worker(1, lease -> {
            started.countDown();
            sleepUntilInterrupted();
            throw Failure.cancelled("the phase");
        });
        started.await();
        leaving.drain(Duration.ZERO);
        leaving.close();

        worker(2, lease -> {}).await(List.of(id));

        assertThat(builds.find(id).orElseThrow().state()).isEqualTo(BuildState.DONE);
        assertThat(builds.find(id).orElseThrow().token()).isEqualTo(2);
    }

    @Test
    void manyProcessesSubmitAndRunTogetherAndEachBuildRunsOnce() throws Exception {
        var ids = Collections.synchronizedList(new ArrayList<String>());
        try (var pool = Executors.newFixedThreadPool(4)) {
            for (var i = 0; i < 4; i++) {
                var own = new BuildRepository(another(), Clock.systemUTC());
                var _ = pool.submit(() -> {
                    for (var j = 0; j < 25; j++) {
                        ids.add(own.submit(submission("debian-12", 0, 1)));
                    }
                });
            }
        }
        assertThat(ids).hasSize(100).doesNotHaveDuplicates();
        var ran = Collections.synchronizedList(new ArrayList<String>());
        BuildExecutor executor = lease -> {
            ran.add(lease.id());
        };
        worker(4, executor);
        worker(4, executor).await(ids);

        assertThat(ran).hasSize(100).doesNotHaveDuplicates();
    }

    @Test
    void aPhaseWaitsForResourcesAndReportsWhichOnes() throws InterruptedException {
        var here = admission(new ResourceRequirements(ByteSize.ofGiB(3), 4, ByteSize.ofGiB(100)));

        assertThat(waitingTexts(here, name(1), here))
                .containsExactly("memory: requires 2 GiB, other builds hold 2 GiB of 3 GiB", "null");
    }

    @Test
    void aHostRunsNoMorePhasesThanItsLimit() throws InterruptedException {
        var here = admission("here", PLENTY, new Admission.Limits(1, 9));

        assertThat(waitingTexts(here, name(1), here))
                .containsExactly("a free slot: this host runs at most 1 phases", "null");
    }

    @Test
    void allHostsTogetherRunNoMorePhasesThanTheirLimit() throws InterruptedException {
        var limits = new Admission.Limits(9, 1);
        var there = admission(name(2).host(), PLENTY, limits);

        assertThat(waitingTexts(there, name(2), admission("here", PLENTY, limits)))
                .containsExactly("a free slot: all hosts together run at most 1 phases", "null");
    }

    /** What a phase that requires 2 GiB reports while another one holds as much, until that one releases them. */
    private List<String> waitingTexts(Admission first, WorkerName worker, Admission second)
            throws InterruptedException {
        var release = first.acquire(claimed("debian-12", 0), worker, "install", gib(2), Duration.ZERO, what -> {});
        var later = claimed("debian-13", 0);
        var texts = Collections.synchronizedList(new ArrayList<String>());
        var waiting = new CountDownLatch(1);
        var waiter = Thread.ofPlatform()
                .start(() -> second.acquire(later, name(1), "install", gib(2), Duration.ZERO, what -> {
                            texts.add(String.valueOf(what));
                            waiting.countDown();
                        })
                        .close());
        waiting.await();
        release.close();
        waiter.join();
        return texts;
    }

    @Test
    void simultaneousClaimsAreBothGranted() throws InterruptedException {
        var between = Clock.fixed(Instant.ofEpochSecond(1_800_000_000, 1_500_000), ZoneOffset.UTC);
        var admission = admission("here", gib(3), Admission.Limits.NONE, between);
        var release = admission.acquire(claimed("debian-12", 0), name(1), "install", gib(2), Duration.ZERO, what -> {});
        var waiting = new CountDownLatch(2);
        var done = new CountDownLatch(2);
        for (var definition : List.of("debian-13", "fedora-44")) {
            var build = claimed(definition, 0);
            Thread.ofPlatform().daemon().start(() -> {
                admission
                        .acquire(build, name(1), "install", gib(2), Duration.ZERO, what -> waiting.countDown())
                        .close();
                done.countDown();
            });
        }
        waiting.await();

        release.close();

        assertThat(done.await(1, TimeUnit.MINUTES)).isTrue();
    }

    @Test
    void aPhaseThatNeverFitsIsRefused() {
        var admission = admission(new ResourceRequirements(ByteSize.ofGiB(1), 1, ByteSize.ofGiB(100)));

        assertThatThrownBy(() -> admission.acquire(
                        claimed("debian-12", 0), name(1), "install", gib(2), Duration.ZERO, what -> {}))
                .hasMessageContaining("memory: requires 2 GiB")
                .isInstanceOfSatisfying(
                        Failure.class, failure -> assertThat(failure.kind()).isEqualTo(Failure.Kind.HOST));
    }

    @Test
    void claimsOfADeadProcessAreIgnored() {
        var admission = admission(new ResourceRequirements(ByteSize.ofGiB(3), 4, ByteSize.ofGiB(100)));
        var dead = new WorkerName("here", new ProcessId(4_194_305, 1, "0000"));
        admission.acquire(claimed("debian-12", 0), dead, "install", gib(3), Duration.ZERO, what -> {});

        admission.acquire(claimed("debian-13", 0), name(1), "install", gib(3), Duration.ZERO, what -> {});
    }

    @Test
    void aNewerSchemaIsAccepted() {
        database.transaction(handle -> handle.execute("INSERT INTO flyway_schema_history (installed_rank, version,"
                + " description, type, script, checksum, installed_by, installed_on, execution_time, success)"
                + " SELECT 99, '99', 'later', 'SQL', 'V99__later.sql', 1, installed_by, installed_on, 1, success"
                + " FROM flyway_schema_history WHERE installed_rank = 1"));

        assertThat(new BuildRepository(another(), Clock.systemUTC()).newest(1)).isEmpty();
    }

    @Test
    void aDatabaseOfThePreviousVersionIsMigratedWithItsBuilds() throws SQLException {
        var formerVersion = emptyDatabase();
        Flyway.configure()
                .dataSource(formerVersion, null, null)
                .locations("classpath:db/tables", "classpath:db/" + dialect(formerVersion))
                .target("2")
                .load()
                .migrate();
        try (var connection = DriverManager.getConnection(formerVersion);
                var statement = connection.createStatement()) {
            statement.execute(
                    "INSERT INTO builds (id, subject, title, route, priority, request, expected, state, token,"
                            + " waits_for, cancel_asked, phases_run, submitted_at) VALUES ('debian-12-1', 'debian-12',"
                            + " 'Debian 12', 'x86_64-tcg', 3, 'request', 60000, 'queued', 0, 'memory', 0, 2, 1000)");
            statement.execute("INSERT INTO artifacts (reference, host, build, folder, created_at)"
                    + " VALUES ('debian-12@1', 'here', 'debian-12-1', '/a', 1000)");
            statement.execute("INSERT INTO hosts (name, routes, memory, cpus, disk, state, seen_at)"
                    + " VALUES ('here', 'x86_64-tcg host-here', 1, 1, 1, 'gone', 1000)");
        }

        try (var migrated = open(formerVersion)) {
            var repository = new BuildRepository(migrated, Clock.systemUTC());
            var build = repository.find("debian-12-1").orElseThrow();
            assertThat(build.queue()).isEqualTo("x86_64-tcg");
            assertThat(build.waitingFor()).isEqualTo("memory");
            assertThat(repository.artifacts(build.id()))
                    .extracting(ArtifactRecord::reference)
                    .containsExactly("debian-12@1");
            assertThat(repository.hosts().getFirst().queues()).containsExactly("x86_64-tcg", "host-here");
            assertThat(repository.cancel(build.id())).isTrue();
            assertThat(repository.resubmit(build.id(), "x86_64-tcg", 0)).isTrue();
        }
    }

    private static String dialect(String url) {
        return url.startsWith(Database.POSTGRESQL) ? "postgresql" : "sqlite";
    }

    private BuildLease claim(String id, int worker) {
        return claim(id, name(worker));
    }

    private BuildLease claim(String id, WorkerName worker) {
        return new BuildQueue(database, Clock.systemUTC())
                .claim(id, worker, admission(PLENTY), errors())
                .orElseThrow();
    }

    private static ErrorBoundary errors() {
        return new ErrorBoundary(
                () -> {
                    throw new IllegalStateException("no home in this test");
                },
                Clock.systemUTC());
    }

    private BuildRecord claimed(String subject, int priority) {
        var id = submit(subject, priority, 1);
        claim(id, 1);
        return builds.find(id).orElseThrow();
    }

    private Admission admission(ResourceRequirements budget) {
        return admission("here", budget, Admission.Limits.NONE);
    }

    private Admission admission(String host, ResourceRequirements budget, Admission.Limits limits) {
        return admission(host, budget, limits, Clock.systemUTC());
    }

    private Admission admission(String host, ResourceRequirements budget, Admission.Limits limits, Clock clock) {
        return new Admission(database, clock, host, Budget.of(budget), limits, Duration.ofMillis(20));
    }

    private static ResourceRequirements gib(int memory) {
        return new ResourceRequirements(ByteSize.ofGiB(memory), 1, ByteSize.ofGiB(1));
    }

    /** Names of the workers of one test: this process, as if it ran on several hosts. */
    private static WorkerName name(int number) {
        var process = WorkerName.ofThisProcess("here");
        return number == 1 ? process : new WorkerName("there-" + number, process.process());
    }

    private Worker worker(int builds, BuildExecutor executor) {
        var worker = new Worker(
                another(),
                Clock.systemUTC(),
                name(open.stream().anyMatch(Worker.class::isInstance) ? open.size() : 1),
                new Worker.Settings(List.of(QUEUE), builds, null, null, Duration.ofSeconds(5), Duration.ofMillis(50)),
                Budget.of(PLENTY),
                executor,
                errors());
        open.add(worker);
        worker.start();
        return worker;
    }

    private Database another() {
        var another = openDatabase();
        open.add(another);
        return another;
    }

    private String submit(String subject, int priority, int minutes) {
        return builds.submit(submission(subject, priority, minutes));
    }

    private static Submission submission(String subject, int priority, int minutes) {
        return new Submission(subject, subject, QUEUE, priority, Duration.ofMinutes(minutes), subject);
    }

    private static void sleepUntilInterrupted() {
        try {
            Thread.sleep(Duration.ofMinutes(4));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
