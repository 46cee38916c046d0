package dev.cstemplates.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import dev.cstemplates.core.ByteSize;
import dev.cstemplates.core.Failure;
import dev.cstemplates.host.process.ProcessId;
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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the engine promises, on whatever database. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
abstract class EngineSuite {

    private static final String ROUTE = WorkerSelector.machine("x86_64", "tcg");
    private static final ResourceRequirements PLENTY =
            new ResourceRequirements(ByteSize.ofGiB(64), 64, ByteSize.ofGiB(640));

    private final List<AutoCloseable> open = new ArrayList<>();
    private Database database;
    private BuildRepository book;

    /** Opens the same empty database, as another process would. */
    abstract Database openDatabase();

    @BeforeEach
    void openBook() {
        database = another();
        book = new BuildRepository(database, Clock.systemUTC());
    }

    @AfterEach
    void closeAll() throws Exception {
        for (var each : open.reversed()) {
            each.close();
        }
    }

    @Test
    void aBuildIsDoneOnceAndItsHistoryIsKept() {
        var id = submit("debian-12", 0, 1);
        var worker = worker(1, assignment -> {
            assignment.phaseBegins("install", "it never ran on this host");
            assignment.event("{\"event\":\"PhaseStarted\"}");
            assignment.phaseFailed("install", Failure.remote("the mirror sleeps", "wait", true));
            assignment.phaseBegins("install", "again");
            assignment.phaseDone("install");
            assignment.phaseSkipped("prepare", "nothing changed");
            assignment.event("{\"event\":\"PhaseDone\"}");
            assignment.artifact("debian-12@1", "/artifacts/debian-12/1");
            return 1;
        });

        worker.await(List.of(id));

        var build = book.find(id).orElseThrow();
        assertThat(build.state()).isEqualTo(BuildState.DONE);
        assertThat(build.phasesRun()).isEqualTo(1);
        assertThat(build.token()).isEqualTo(1);
        assertThat(build.endedAt()).isNotNull();
        assertThat(book.phases(id))
                .extracting(PhaseRecord::phase, PhaseRecord::attempt, PhaseRecord::state)
                .containsExactlyInAnyOrder(
                        tuple("install", 1, PhaseRecord.State.FAILED),
                        tuple("install", 2, PhaseRecord.State.DONE),
                        tuple("prepare", 1, PhaseRecord.State.SKIPPED));
        assertThat(book.phases(id).getFirst().cause())
                .isEqualTo(new StoredFailure(Failure.Kind.REMOTE, "the mirror sleeps", "wait", true));
        assertThat(book.events(id, 1)).extracting(EventRecord::number).containsExactly(2L);
        assertThat(book.artifacts(id)).extracting(ArtifactRecord::reference).containsExactly("debian-12@1");
        assertThat(book.hosts()).extracting(HostRecord::name).containsExactly("here");
    }

    @Test
    void theHighestPriorityGoesFirstAndOfEqualOnesTheLongest() {
        var ids =
                List.of(submit("short", 0, 1), submit("long", 0, 60), submit("urgent", 5, 1), submit("middle", 0, 30));
        var order = Collections.synchronizedList(new ArrayList<String>());

        worker(1, assignment -> {
                    order.add(assignment.request());
                    return 0;
                })
                .await(ids);

        assertThat(order).containsExactly("urgent", "long", "middle", "short");
    }

    @Test
    void aFailedBuildKeepsItsCauseAndIsDoneAgainOnRequest() {
        var id = submit("debian-12", 0, 1);
        var tries = new ArrayList<Long>();
        var worker = worker(1, assignment -> {
            tries.add(assignment.holding().token());
            if (tries.size() == 1) {
                throw Failure.build("the disk is upside down", "turn it");
            }
            return 1;
        });

        worker.await(List.of(id));
        var failed = book.find(id).orElseThrow();
        assertThat(failed.state()).isEqualTo(BuildState.FAILED);
        assertThat(failed.failure())
                .isEqualTo(new StoredFailure(Failure.Kind.BUILD, "the disk is upside down", "turn it", false));
        assertThat(book.again(id, ROUTE, 0)).isTrue();
        worker.await(List.of(id));

        assertThat(book.find(id).orElseThrow().state()).isEqualTo(BuildState.DONE);
        assertThat(book.find(id).orElseThrow().failure()).isNull();
        assertThat(tries).containsExactly(1L, 2L);
    }

    @Test
    void aRunningBuildIsCancelledByInterruptingItsWork() throws InterruptedException {
        var id = submit("debian-12", 0, 1);
        var begun = new CountDownLatch(1);
        var worker = worker(1, assignment -> {
            begun.countDown();
            sleepUntilInterrupted();
            throw Failure.cancelled("the phase");
        });
        begun.await();

        assertThat(book.cancel(id)).isTrue();
        worker.await(List.of(id));

        assertThat(book.find(id).orElseThrow().state()).isEqualTo(BuildState.CANCELLED);
        assertThat(book.cancel(id)).isFalse();
    }

    @Test
    void aWaitingBuildIsCancelledAtOnceAndNeverRuns() {
        var cancelled = submit("debian-12", 0, 1);
        book.cancel(cancelled);
        var other = submit("debian-13", 0, 1);
        var ran = Collections.synchronizedList(new ArrayList<String>());

        worker(1, assignment -> {
                    ran.add(assignment.build());
                    return 0;
                })
                .await(List.of(cancelled, other));

        assertThat(ran).containsExactly(other);
    }

    @Test
    void whoLostABuildCanWriteNothingMore() {
        var id = submit("debian-12", 0, 1);
        var slow = book.begin(id, name(1)).orElseThrow();
        var next = book.begin(id, name(2)).orElseThrow();

        var lost = book.holding(slow);
        assertThat(lost.isOurs()).isFalse();
        assertThat(lost.event("{}")).isFalse();
        assertThat(lost.waits("install", "memory")).isFalse();
        assertThat(lost.phaseBegins("install", "", PhaseRecord.State.RUNNING, "w"))
                .isFalse();
        assertThat(lost.phaseEnds("install", PhaseRecord.State.DONE, null)).isFalse();
        assertThat(lost.artifact("here", "debian-12@1", "/a")).isFalse();
        assertThat(lost.handBack()).isFalse();
        assertThat(lost.end(BuildState.DONE, 7, null)).isFalse();
        assertThat(book.events(id, 0)).isEmpty();
        assertThat(book.holding(next).end(BuildState.DONE, 7, null)).isTrue();
    }

    @Test
    void theWorkOfABuildThatWasTakenIsInterrupted() throws InterruptedException {
        var id = submit("debian-12", 0, 1);
        var begun = new CountDownLatch(1);
        var stopped = new CountDownLatch(1);
        worker(1, assignment -> {
            begun.countDown();
            sleepUntilInterrupted();
            stopped.countDown();
            throw Failure.cancelled("the phase");
        });
        begun.await();

        var taken = book.begin(id, name(2)).orElseThrow();
        stopped.await();

        assertThat(book.find(id).orElseThrow().token()).isEqualTo(taken.token());
        assertThat(book.find(id).orElseThrow().state()).isEqualTo(BuildState.RUNNING);
    }

    @Test
    void whatADeadProcessOfThisHostHadGoesOnAtOnce() {
        var dead = new WorkerName("here", new ProcessId(4_194_305, 1, "0000"));
        var ofWorker = submit("debian-12", 0, 1);
        var ofCommand = book.submit(
                new Submission("debian-13", "", WorkerSelector.command(dead), 0, Duration.ofMinutes(1), "debian-13"));
        var first = new CountDownLatch(1);
        // The queue's row of a worker that was killed.
        database.transaction(handle -> handle.createUpdate(
                        "UPDATE scheduled_tasks SET picked = :yes, picked_by = :dead WHERE task_instance = :id")
                .bind("yes", true)
                .bind("dead", dead.toString())
                .bind("id", ofWorker)
                .execute());
        assertThat(book.begin(ofWorker, dead)).isPresent();

        var worker = worker(1, assignment -> {
            first.countDown();
            return 0;
        });
        worker.await(List.of(ofWorker));

        assertThat(first.getCount()).isZero();
        assertThat(book.find(ofWorker).orElseThrow().token()).isEqualTo(2);
        assertThat(book.find(ofCommand).orElseThrow().state()).isEqualTo(BuildState.INTERRUPTED);
        assertThat(book.recover("here")).isEmpty();
    }

    @Test
    void aWorkerThatIsDrainedHandsItsBuildsBack() throws InterruptedException {
        var id = submit("debian-12", 0, 1);
        var begun = new CountDownLatch(1);
        var leaving = worker(1, assignment -> {
            begun.countDown();
            sleepUntilInterrupted();
            throw Failure.cancelled("the phase");
        });
        begun.await();
        leaving.drain(Duration.ZERO);
        leaving.close();

        worker(2, assignment -> 0).await(List.of(id));

        assertThat(book.find(id).orElseThrow().state()).isEqualTo(BuildState.DONE);
        assertThat(book.find(id).orElseThrow().token()).isEqualTo(2);
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
        Work work = assignment -> {
            ran.add(assignment.build());
            return 0;
        };
        worker(4, work);
        worker(4, work).await(ids);

        assertThat(ran).hasSize(100).doesNotHaveDuplicates();
    }

    @Test
    void aPhaseWaitsForRoomAndSaysForWhat() throws InterruptedException {
        var here = admission(new ResourceRequirements(ByteSize.ofGiB(3), 4, ByteSize.ofGiB(100)));

        assertThat(wordsOfWhoComesAfter(here, name(1), here))
                .containsExactly("memory: 2 GiB are needed, others hold 2 GiB of 3 GiB", "null");
    }

    @Test
    void aHostRunsNoMorePhasesThanItsLimit() throws InterruptedException {
        var here = admission("here", PLENTY, new Admission.Limits(1, 9));

        assertThat(wordsOfWhoComesAfter(here, name(1), here))
                .containsExactly("its turn: this host runs 1 at a time", "null");
    }

    @Test
    void allHostsTogetherRunNoMorePhasesThanTheirLimit() throws InterruptedException {
        var limits = new Admission.Limits(9, 1);
        var there = admission(name(2).host(), PLENTY, limits);

        assertThat(wordsOfWhoComesAfter(there, name(2), admission("here", PLENTY, limits)))
                .containsExactly("its turn: all hosts together run 1 at a time", "null");
    }

    /** What a phase is told that wants 2 GiB while another holds as much, until that gives them back. */
    private List<String> wordsOfWhoComesAfter(Admission first, WorkerName its, Admission second)
            throws InterruptedException {
        var release = first.admit(begun("debian-12", 0), its, "install", gib(2), Duration.ZERO, what -> {});
        var later = begun("debian-13", 0);
        var said = Collections.synchronizedList(new ArrayList<String>());
        var waits = new CountDownLatch(1);
        var waiter = Thread.ofPlatform()
                .start(() -> second.admit(later, name(1), "install", gib(2), Duration.ZERO, what -> {
                            said.add(String.valueOf(what));
                            waits.countDown();
                        })
                        .run());
        waits.await();
        release.run();
        waiter.join();
        return said;
    }

    @Test
    void twoThatAskAtTheSameMomentBothGetTheirTurn() throws InterruptedException {
        var between = Clock.fixed(Instant.ofEpochSecond(1_800_000_000, 1_500_000), ZoneOffset.UTC);
        var admission = admission("here", gib(3), Admission.Limits.NONE, between);
        var release = admission.admit(begun("debian-12", 0), name(1), "install", gib(2), Duration.ZERO, what -> {});
        var waiting = new CountDownLatch(2);
        var done = new CountDownLatch(2);
        for (var definition : List.of("debian-13", "fedora-44")) {
            var build = begun(definition, 0);
            Thread.ofPlatform().daemon().start(() -> {
                admission
                        .admit(build, name(1), "install", gib(2), Duration.ZERO, what -> waiting.countDown())
                        .run();
                done.countDown();
            });
        }
        waiting.await();

        release.run();

        assertThat(done.await(1, TimeUnit.MINUTES)).isTrue();
    }

    @Test
    void whatNeverFitsIsRefusedInsteadOfWaiting() {
        var admission = admission(new ResourceRequirements(ByteSize.ofGiB(1), 1, ByteSize.ofGiB(100)));

        assertThatThrownBy(() ->
                        admission.admit(begun("debian-12", 0), name(1), "install", gib(2), Duration.ZERO, what -> {}))
                .hasMessageContaining("memory: 2 GiB are needed")
                .isInstanceOfSatisfying(
                        Failure.class, failure -> assertThat(failure.kind()).isEqualTo(Failure.Kind.HOST));
    }

    @Test
    void claimsOfADeadProcessDoNotCount() {
        var admission = admission(new ResourceRequirements(ByteSize.ofGiB(3), 4, ByteSize.ofGiB(100)));
        var dead = new WorkerName("here", new ProcessId(4_194_305, 1, "0000"));
        admission.admit(begun("debian-12", 0), dead, "install", gib(3), Duration.ZERO, what -> {});

        admission.admit(begun("debian-13", 0), name(1), "install", gib(3), Duration.ZERO, what -> {});
    }

    @Test
    void aNewerSchemaIsUsedAsItIs() {
        database.transaction(handle -> handle.execute("INSERT INTO flyway_schema_history (installed_rank, version,"
                + " description, type, script, checksum, installed_by, installed_on, execution_time, success)"
                + " SELECT 99, '99', 'later', 'SQL', 'V99__later.sql', 1, installed_by, installed_on, 1, success"
                + " FROM flyway_schema_history WHERE installed_rank = 1"));

        assertThat(new BuildRepository(another(), Clock.systemUTC()).newest(1)).isEmpty();
    }

    private BuildRecord begun(String subject, int priority) {
        return book.begin(submit(subject, priority, 1), name(1)).orElseThrow();
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

    /** Workers of one test: this process, as if it had been started at different times on different hosts. */
    private static WorkerName name(int number) {
        var process = WorkerName.ofThisProcess("here");
        return number == 1 ? process : new WorkerName("there-" + number, process.process());
    }

    private Worker worker(int builds, Work work) {
        var worker = new Worker(
                another(),
                Clock.systemUTC(),
                name(open.stream().anyMatch(Worker.class::isInstance) ? open.size() : 1),
                new Worker.Settings(List.of(ROUTE), builds, null, null, Duration.ofSeconds(5), Duration.ofMillis(50)),
                Budget.of(PLENTY),
                work);
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
        return book.submit(submission(subject, priority, minutes));
    }

    private static Submission submission(String subject, int priority, int minutes) {
        return new Submission(subject, subject, ROUTE, priority, Duration.ofMinutes(minutes), subject);
    }

    private static void sleepUntilInterrupted() {
        try {
            Thread.sleep(Duration.ofMinutes(4));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
