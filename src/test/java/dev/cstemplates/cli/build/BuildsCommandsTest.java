package dev.cstemplates.cli.build;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cstemplates.cli.Console;
import dev.cstemplates.core.ByteSize;
import dev.cstemplates.core.CstHome;
import dev.cstemplates.core.ErrorBoundary;
import dev.cstemplates.core.Failure;
import dev.cstemplates.engine.Budget;
import dev.cstemplates.engine.BuildEvent;
import dev.cstemplates.engine.BuildExecutor;
import dev.cstemplates.engine.BuildRepository;
import dev.cstemplates.engine.BuildState;
import dev.cstemplates.engine.Database;
import dev.cstemplates.engine.ResourceRequirements;
import dev.cstemplates.engine.Submission;
import dev.cstemplates.engine.Worker;
import dev.cstemplates.engine.WorkerName;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** The commands that show and control builds of other processes. */
class BuildsCommandsTest {

    private static final String QUEUE = "host-elsewhere";

    @TempDir
    Path folder;

    @Test
    void aFailedBuildIsShownWithItsCausePhasesAndLog() {
        var id = runFailing(lease -> {
            lease.record(new BuildEvent.PhaseStarted(lease.id(), "fetch", "it never ran on this host"));
            lease.record(new BuildEvent.PhaseDone(lease.id(), "fetch", Duration.ofSeconds(1)));
            lease.record(new BuildEvent.PhaseStarted(lease.id(), "install", "changed: iso"));
            var failure = Failure.build("partition table is corrupt", "recreate it");
            lease.record(new BuildEvent.Failed(lease.id(), "install", failure, Duration.ofSeconds(1)));
            throw failure;
        });

        assertThat(cst("status").out()).contains(id, "failed", "install", "elsewhere", "gone");
        assertThat(cst("status", "debian-12").out()).contains("partition table is corrupt", "recreate it");
        assertThat(cst("status", id, "--why").out()).contains("changed: iso");
        assertThat(cst("logs", "debian-12").out())
                .contains("install starts (changed: iso)", "install failed after 0:01: partition table is corrupt");
        assertThat(cst("history").out()).contains(id, "failed", "install 0:0");
        var fields = JsonMapper.shared()
                .readTree(cst("status", "debian-12", "--json").out());
        assertThat(fields.path("phases").path(1).path("why").asString("")).isEqualTo("changed: iso");
        assertThat(fields.path("phasesRun").asInt(-1)).isEqualTo(1);
        assertThat(cst("watch", id).exitCode()).isZero();
    }

    @Test
    void aQueuedBuildIsCancelledAndACancelledOneIsQueuedAgain() {
        var id = queued();

        assertThat(cst("cancel", "debian-12").exitCode()).isZero();
        assertThat(cst("cancel", id).err()).contains("is over: cancelled");
        assertThat(cst("retry", id).out()).contains("is queued again");
        assertThat(cst("retry", id).err()).contains("is not over: queued");
        assertThat(cst("status").out()).contains("queued");
    }

    @Test
    void anUnknownBuildIsAUsageError() {
        var run = cst("logs", "plan9");

        assertThat(run.err()).contains("Unknown build 'plan9'", "cst status");
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(cst("status").out()).contains("No builds yet");
    }

    @Test
    void anEmptyOrAmbiguousIdIsRefusedAndNothingIsCancelled() {
        var first = queued("debian-12-x86_64");
        var second = queued("debian-13-x86_64");

        for (var command : List.of("cancel", "retry", "logs", "status", "watch")) {
            assertThat(cst(command, "").err()).as(command).contains("Empty build id");
            assertThat(cst(command, "d").err()).as(command).contains("'d' is ambiguous", first, second);
            assertThat(cst(command, "debian-12", "d").exitCode()).as(command).isEqualTo(2);
        }

        assertThat(cst("status").out()).doesNotContain("cancelled");
        assertThat(cst("cancel", "debian-12").out()).contains(first);
        assertThat(cst("cancel", second.substring(0, second.length() - 2)).out())
                .contains(second);
    }

    @Test
    void cancelByTemplateCancelsItsUnfinishedBuild() {
        var finished = queued("debian-12-x86_64");
        cst("cancel", finished);
        var waiting = queued("debian-12-x86_64");
        var other = queued("debian-12-aarch64");

        assertThat(cst("cancel", "debian-12").err())
                .contains("is ambiguous", waiting, other)
                .doesNotContain(finished + " ");
        assertThat(cst("cancel", "debian-12-x86_64").out()).contains(waiting);
        assertThat(cst("cancel", "debian-12-x86_64").err()).contains("is over: cancelled");
    }

    @Test
    void historyFindsABuildOlderThanItsLimit() {
        var old = queued("debian-12-x86_64");
        cst("cancel", old);
        try (var database = database()) {
            var builds = new BuildRepository(database, Clock.systemUTC());
            for (var i = 0; i < 510; i++) {
                submit(builds, "debian-13-x86_64");
            }
        }

        assertThat(cst("history", "debian-12").out()).contains(old);
    }

    private Console.Run cst(String... args) {
        return new Console(Path.of("").toAbsolutePath(), folder).run(args);
    }

    private Database database() {
        return Database.embedded(folder.resolve("cst.db"));
    }

    private String queued() {
        return queued("debian-12-x86_64");
    }

    private String queued(String subject) {
        try (var database = database()) {
            return submit(new BuildRepository(database, Clock.systemUTC()), subject);
        }
    }

    private static String submit(BuildRepository builds, String subject) {
        return builds.submit(new Submission(subject, "A template", QUEUE, 0, Duration.ofMinutes(1), "{}"));
    }

    /** Runs a failing build in a worker and returns its id. */
    private String runFailing(BuildExecutor work) {
        try (var database = database()) {
            var builds = new BuildRepository(database, Clock.systemUTC());
            var id = submit(builds, "debian-12-x86_64");
            var settings =
                    new Worker.Settings(List.of(QUEUE), 1, null, null, Duration.ofSeconds(5), Duration.ofMillis(20));
            var budget = Budget.of(new ResourceRequirements(ByteSize.ofGiB(1), 1, ByteSize.ofGiB(1)));
            try (var worker = new Worker(
                    database,
                    Clock.systemUTC(),
                    WorkerName.ofThisProcess("elsewhere"),
                    settings,
                    budget,
                    work,
                    new ErrorBoundary(() -> new CstHome(folder), Clock.systemUTC()))) {
                worker.start();
                worker.await(List.of(id));
            }
            assertThat(builds.find(id).orElseThrow().state()).isEqualTo(BuildState.FAILED);
            return id;
        }
    }
}
