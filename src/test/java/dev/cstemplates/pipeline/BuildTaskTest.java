package dev.cstemplates.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cstemplates.core.ByteSize;
import dev.cstemplates.core.CstHome;
import dev.cstemplates.core.ErrorBoundary;
import dev.cstemplates.core.Failure;
import dev.cstemplates.core.Retry;
import dev.cstemplates.engine.Budget;
import dev.cstemplates.engine.BuildEvent;
import dev.cstemplates.engine.BuildRecord;
import dev.cstemplates.engine.BuildRepository;
import dev.cstemplates.engine.BuildState;
import dev.cstemplates.engine.Database;
import dev.cstemplates.engine.EventRecord;
import dev.cstemplates.engine.PhaseRecord;
import dev.cstemplates.engine.ResourceRequirements;
import dev.cstemplates.engine.Submission;
import dev.cstemplates.engine.Worker;
import dev.cstemplates.engine.WorkerName;
import dev.cstemplates.pipeline.layer.LayerStore;
import dev.cstemplates.pipeline.phase.Phase;
import dev.cstemplates.pipeline.phase.PhaseContext;
import dev.cstemplates.pipeline.request.BuildOptions;
import dev.cstemplates.pipeline.request.BuildRequest;
import dev.cstemplates.pipeline.request.ResolvedBuild;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** Anything thrown in a build becomes one failure, with its cause, a crash report, an event and a state. */
class BuildTaskTest {

    private static final List<String> PHASES =
            List.of("fetch", "install", "prepare", "optimize", "export", "validate", "package");
    private static final String QUEUE = "tests";

    @TempDir
    Path folder;

    private final List<BuildEvent> reported = Collections.synchronizedList(new ArrayList<>());
    private @Nullable Throwable fromPhase;
    private @Nullable Throwable fromListener;
    private String failingPhase = "";
    private Runnable inPhase = () -> {};

    /** What is thrown, and what the user sees. */
    @SuppressWarnings("ImmutableEnumChecker")
    enum Fault {
        BUG(
                new IllegalStateException("oops"),
                Failure.Kind.BUILD,
                "Internal error: java.lang.IllegalStateException: oops"),
        STACK_OVERFLOW(new StackOverflowError(), Failure.Kind.BUILD, "Internal error: java.lang.StackOverflowError"),
        INVALID_JSON(invalidJson(), Failure.Kind.BUILD, "Internal error: tools.jackson"),
        OUT_OF_MEMORY(new OutOfMemoryError("Java heap space"), Failure.Kind.HOST, "This host is out of memory"),
        FULL_DISK(
                new UncheckedIOException(new IOException("/x: No space left on device")),
                Failure.Kind.HOST,
                "This host's disk is full"),
        NO_FILE_DESCRIPTORS(
                new UncheckedIOException(new IOException("/x: Too many open files")),
                Failure.Kind.HOST,
                "Too many open files on this host"),
        INTERRUPTION(Failure.cancelled("packer"), Failure.Kind.BUILD, "Internal error: ");

        private final Throwable thrown;
        private final Failure.Kind kind;
        private final String message;

        Fault(Throwable thrown, Failure.Kind kind, String message) {
            this.thrown = thrown;
            this.kind = kind;
            this.message = message;
        }

        private static Throwable invalidJson() {
            try {
                return new IllegalStateException(JsonMapper.shared().readValue("{", String.class));
            } catch (JacksonException e) {
                return e;
            }
        }
    }

    static Stream<String> phases() {
        return PHASES.stream();
    }

    @ParameterizedTest
    @MethodSource("phases")
    void anExceptionFromAPhaseIsOneFailure(String phase) throws IOException {
        failingPhase = phase;
        fromPhase = new IllegalStateException("oops");

        requireFailed(run(), phase, Failure.Kind.BUILD, "Internal error: java.lang.IllegalStateException: oops");
        requireCrashReport("BuildTaskTest");
    }

    @ParameterizedTest
    @MethodSource("phases")
    void anExceptionFromAListenerIsOneFailure(String phase) throws IOException {
        failingPhase = phase;
        fromListener = new IllegalStateException("oops");

        requireFailed(run(), phase, Failure.Kind.BUILD, "Internal error: java.lang.IllegalStateException: oops");
        requireCrashReport("BuildTaskTest");
    }

    @ParameterizedTest
    @MethodSource("phases")
    void aDatabaseErrorIsOneFailureOfTheHost(String phase) throws SQLException {
        failingPhase = phase;
        try (var database = database();
                var connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("cst.db"));
                var statement = connection.createStatement()) {
            Objects.requireNonNull(database);
            statement.execute("CREATE TRIGGER fault BEFORE UPDATE ON phases WHEN NEW.phase = '" + phase
                    + "' AND NEW.state = 'DONE' BEGIN SELECT RAISE(ABORT, 'disk I/O error'); END");
        }

        var build = run();

        requireFailed(build, phase, Failure.Kind.HOST, "The database ");
        assertThat(Objects.requireNonNull(build.failure()).message()).contains("disk I/O error");
    }

    @ParameterizedTest
    @EnumSource
    void everyKindOfErrorHasItsExitCodeAndItsCause(Fault fault) throws IOException {
        failingPhase = "install";
        fromPhase = fault.thrown;

        requireFailed(run(), "install", fault.kind, fault.message);
        requireCrashReport("BuildTaskTest");
    }

    @Test
    void resourceExhaustionIsRetried() {
        failingPhase = "install";
        fromPhase = new OutOfMemoryError("Java heap space");

        run();

        assertThat(reported).filteredOn(BuildEvent.Retrying.class::isInstance).hasSize(1);
    }

    @Test
    void aRequestThatCannotBeResolvedIsOneFailure() {
        var build = run("{\"definition\": 7}");

        assertThat(build.state()).isEqualTo(BuildState.FAILED);
        assertThat(Objects.requireNonNull(build.failure()).message()).startsWith("Internal error: ");
        assertThat(reported.getLast()).isInstanceOf(BuildEvent.Failed.class);
    }

    @Test
    void anErrorWhilePruningOldLayersDoesNotFailTheBuild() throws IOException {
        // A directory among the finished layers with an invalid record.
        inPhase = () -> write(home().layers().resolve("install/broken/layer.json"), "{");

        assertThat(run().state()).isEqualTo(BuildState.DONE);
    }

    @Test
    void onlyABuildThatTheUserCancelledIsCancelled() throws InterruptedException {
        var started = new CountDownLatch(1);
        failingPhase = "install";
        fromPhase = Failure.cancelled("packer");
        inPhase = () -> {
            started.countDown();
            sleepUntilInterrupted();
        };
        try (var database = database();
                var worker = worker(database)) {
            var builds = new BuildRepository(database, Clock.systemUTC());
            var id = submit(builds, request());
            worker.start();
            started.await();
            builds.cancel(id);
            worker.await(List.of(id));

            var build = builds.find(id).orElseThrow();
            assertThat(build.state()).isEqualTo(BuildState.CANCELLED);
            assertThat(Objects.requireNonNull(build.failure()).message()).isEqualTo("Build " + id + " was cancelled");
            assertThat(builds.phases(id))
                    .extracting(PhaseRecord::state)
                    .containsExactly(PhaseRecord.State.DONE, PhaseRecord.State.FAILED);
        }
        assertThat(home().root().resolve("crashes")).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"fetch", "install", "package"})
    void admissionGetsTheTimeOfTheSelectedPhasesOnly(String until) throws SQLException {
        var seconds = new ArrayList<Long>();
        inPhase = () -> seconds.add(remaining());

        run(request(new BuildOptions(until, null, false, false)).json());

        var count = PHASES.indexOf(until) + 1;
        assertThat(seconds.getFirst()).isEqualTo(60L * count);
        assertThat(seconds.getLast()).isEqualTo(60L);
    }

    private long remaining() {
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("cst.db"));
                var statement = connection.createStatement();
                var row = statement.executeQuery("SELECT remaining FROM resource_claims")) {
            row.next();
            return row.getLong(1) / 1000;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private void requireFailed(BuildRecord build, String phase, Failure.Kind kind, String message) {
        assertThat(build.state()).isEqualTo(BuildState.FAILED);
        var failure = Objects.requireNonNull(build.failure());
        assertThat(failure.kind()).isEqualTo(kind);
        assertThat(failure.failure().kind().exitCode()).isEqualTo(kind == Failure.Kind.HOST ? 3 : 1);
        assertThat(failure.message()).startsWith(message);
        assertThat(reported.getLast()).isInstanceOfSatisfying(BuildEvent.Failed.class, failed -> {
            assertThat(failed.phase()).isEqualTo(phase);
            assertThat(failed.failure().message()).isEqualTo(failure.message());
        });
        try (var database = database()) {
            var builds = new BuildRepository(database, Clock.systemUTC());
            assertThat(builds.phases(build.id()))
                    .extracting(PhaseRecord::state)
                    .doesNotContain(PhaseRecord.State.RUNNING);
            assertThat(builds.phases(build.id()).getLast().state()).isEqualTo(PhaseRecord.State.FAILED);
            assertThat(builds.events(build.id(), 0))
                    .last()
                    .extracting(EventRecord::event)
                    .isInstanceOf(BuildEvent.Failed.class);
            assertThat(build.phasesRun()).isEqualTo(PHASES.indexOf(phase));
        }
        assertThat(home().work()).isEmptyDirectory();
    }

    private void requireCrashReport(String text) throws IOException {
        try (var files = Files.list(home().root().resolve("crashes"))) {
            assertThat(Files.readString(files.findFirst().orElseThrow()))
                    .contains("\tat ")
                    .contains(text);
        }
    }

    private BuildRecord run() {
        return run(request().json());
    }

    private BuildRecord run(String request) {
        try (var database = database();
                var worker = worker(database)) {
            var builds = new BuildRepository(database, Clock.systemUTC());
            var id = submit(builds, request);
            worker.start();
            worker.await(List.of(id));
            return builds.find(id).orElseThrow();
        }
    }

    private static String submit(BuildRepository builds, BuildRequest request) {
        return submit(builds, request.json());
    }

    private static String submit(BuildRepository builds, String request) {
        return builds.submit(new Submission(
                "debian-12-x86_64", "Debian 12", QUEUE, Submission.USUAL_PRIORITY, Duration.ZERO, request));
    }

    private static BuildRequest request() {
        return request(BuildOptions.DEFAULT);
    }

    @SuppressWarnings("NullAway") // It misses @Nullable on a nested type that it reads from a class file.
    private static BuildRequest request(BuildOptions options) {
        var build = SimulatedBuild.spec("debian-12");
        return new BuildRequest("debian-12", build.architecture(), null, null, build.hypervisors(), null, options);
    }

    private Worker worker(Database database) {
        var phases = new ArrayList<Phase>();
        PHASES.forEach(name -> phases.add(new TestPhase(name, true)));
        // Another source's phase with the same name, as in the real pipeline.
        phases.add(PHASES.indexOf("install"), new TestPhase("install", false));
        var pipeline = new Pipeline(
                phases,
                new LayerStore(home().layers(), home().locks(), Clock.systemUTC()),
                home(),
                new PhaseDurations(home().host().resolve("timings.json")),
                Retry.of(2, Duration.ZERO, Duration.ZERO),
                Clock.systemUTC());
        Consumer<BuildEvent> listener = event -> {
            reported.add(event);
            if (event instanceof BuildEvent.PhaseStarted started
                    && started.phase().equals(failingPhase)) {
                throwIfAny(fromListener);
            }
        };
        var task = new BuildTask(
                request -> SimulatedBuild.spec(request.definition()),
                pipeline,
                layers -> Optional.empty(),
                listener,
                Clock.systemUTC());
        return new Worker(
                database,
                Clock.systemUTC(),
                WorkerName.ofThisProcess("here"),
                new Worker.Settings(List.of(QUEUE), 1, null, null, Duration.ofSeconds(5), Duration.ofMillis(20)),
                Budget.of(new ResourceRequirements(ByteSize.ofGiB(64), 64, ByteSize.ofGiB(640))),
                task,
                new ErrorBoundary(this::home, Clock.systemUTC()));
    }

    private Database database() {
        return Database.embedded(folder.resolve("cst.db"));
    }

    private CstHome home() {
        return new CstHome(folder.resolve("home"));
    }

    private static void throwIfAny(@Nullable Throwable thrown) {
        switch (thrown) {
            case null -> {}
            case Error error -> throw error;
            case RuntimeException exception -> throw exception;
            default -> throw new IllegalArgumentException(thrown);
        }
    }

    private static void write(Path file, String text) {
        try {
            Files.createDirectories(Objects.requireNonNull(file.getParent()));
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void sleepUntilInterrupted() {
        try {
            Thread.sleep(Duration.ofMinutes(4));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private final class TestPhase implements Phase {

        private final String name;
        private final boolean applies;

        TestPhase(String name, boolean applies) {
            this.name = name;
            this.applies = applies;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public boolean appliesTo(ResolvedBuild build) {
            return applies;
        }

        @Override
        public SortedMap<String, String> inputs(ResolvedBuild build) {
            return new TreeMap<>();
        }

        @Override
        public Duration usual() {
            return Duration.ofMinutes(1);
        }

        @Override
        public void run(ResolvedBuild build, PhaseContext context) {
            if (name.equals(failingPhase) || failingPhase.isEmpty()) {
                inPhase.run();
            }
            if (name.equals(failingPhase)) {
                throwIfAny(fromPhase);
            }
            write(context.target().resolve("result"), name);
        }
    }
}
