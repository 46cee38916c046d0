package dev.cstemplates.cli.build;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cstemplates.cli.Console;
import dev.cstemplates.core.ByteSize;
import dev.cstemplates.core.Failure;
import dev.cstemplates.engine.Budget;
import dev.cstemplates.engine.BuildRepository;
import dev.cstemplates.engine.BuildState;
import dev.cstemplates.engine.Database;
import dev.cstemplates.engine.ResourceRequirements;
import dev.cstemplates.engine.Submission;
import dev.cstemplates.engine.Work;
import dev.cstemplates.engine.Worker;
import dev.cstemplates.engine.WorkerName;
import dev.cstemplates.pipeline.BuildEvent;
import dev.cstemplates.pipeline.BuildEventRecorder;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** What the commands say about builds that another process has run, or will. */
class BuildsCommandsTest {

    private static final String ROUTE = "host-elsewhere";

    @TempDir
    Path folder;

    @Test
    void aFailedBuildIsShownWithItsCauseItsPhasesAndItsLog() {
        var id = ran(assignment -> {
            var journal = new BuildEventRecorder(assignment);
            journal.accept(new BuildEvent.PhaseStarted(assignment.build(), "install", "changed: iso"));
            var failure = Failure.build("the disk is upside down", "turn it");
            journal.accept(new BuildEvent.Failed(assignment.build(), "install", failure, Duration.ofSeconds(1)));
            throw failure;
        });

        assertThat(cst("status").out()).contains(id, "failed", "install", "elsewhere", "gone");
        assertThat(cst("status", "debian-12").out()).contains("the disk is upside down", "turn it");
        assertThat(cst("status", id, "--why").out()).contains("changed: iso");
        assertThat(cst("logs", "debian-12").out())
                .contains("install begins (changed: iso)", "install failed after 0:01: the disk is upside down");
        assertThat(cst("history").out()).contains(id, "failed", "install 0:0");
        var fields = JsonMapper.shared()
                .readTree(cst("status", "debian-12", "--json").out());
        assertThat(fields.path("phases").path(0).path("why").asString("")).isEqualTo("changed: iso");
        assertThat(cst("watch", id).exitCode()).isZero();
    }

    @Test
    void aWaitingBuildIsCancelledAndAFinishedOneQueuedAgain() {
        var id = queued();

        assertThat(cst("cancel", "debian-12").exitCode()).isZero();
        assertThat(cst("cancel", id).err()).contains("is over: cancelled");
        assertThat(cst("retry", id).out()).contains("is queued again");
        assertThat(cst("retry", id).err()).contains("is not over: queued");
        assertThat(cst("status").out()).contains("queued");
    }

    @Test
    void aBuildThatThereIsNotIsAnsweredWithWhereToLook() {
        var run = cst("logs", "plan9");

        assertThat(run.err()).contains("There is no build 'plan9'", "cst status");
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(cst("status").out()).contains("Nothing was built yet");
    }

    private Console.Run cst(String... args) {
        return new Console(Path.of("").toAbsolutePath(), folder).run(args);
    }

    private Database database() {
        return Database.embedded(folder.resolve("cst.db"));
    }

    private String queued() {
        try (var database = database()) {
            return submit(new BuildRepository(database, Clock.systemUTC()));
        }
    }

    private static String submit(BuildRepository book) {
        return book.submit(new Submission("debian-12-x86_64", "Debian 12", ROUTE, 0, Duration.ofMinutes(1), "{}"));
    }

    /** The id of a build that a worker has run to its end. */
    private String ran(Work work) {
        try (var database = database()) {
            var book = new BuildRepository(database, Clock.systemUTC());
            var id = submit(book);
            var settings =
                    new Worker.Settings(List.of(ROUTE), 1, null, null, Duration.ofSeconds(5), Duration.ofMillis(20));
            var budget = Budget.of(new ResourceRequirements(ByteSize.ofGiB(1), 1, ByteSize.ofGiB(1)));
            try (var worker = new Worker(
                    database, Clock.systemUTC(), WorkerName.ofThisProcess("elsewhere"), settings, budget, work)) {
                worker.start();
                worker.await(List.of(id));
            }
            assertThat(book.find(id).orElseThrow().state()).isEqualTo(BuildState.FAILED);
            return id;
        }
    }
}
