package dev.cstemplates.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cstemplates.core.ByteSize;
import dev.cstemplates.core.CstHome;
import dev.cstemplates.core.ErrorBoundary;
import dev.cstemplates.engine.Budget;
import dev.cstemplates.engine.BuildRepository;
import dev.cstemplates.engine.BuildState;
import dev.cstemplates.engine.Database;
import dev.cstemplates.engine.PhaseRecord;
import dev.cstemplates.engine.ResourceRequirements;
import dev.cstemplates.engine.Submission;
import dev.cstemplates.engine.Worker;
import dev.cstemplates.engine.WorkerName;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Many builds on four workers that share a database and a queue. Phases do nothing, so the time measured is the engine's.
 * {@code benchmarks/engine.sh} runs it with 1,000 builds.
 */
class ManyBuildsTest {

    private static final String QUEUE = "simulated";
    private static final int WORKERS = 4;
    private static final ResourceRequirements REQUIREMENTS =
            new ResourceRequirements(ByteSize.ofMiB(1), 1, ByteSize.ofMiB(1));
    private static final ResourceRequirements PLENTY =
            new ResourceRequirements(ByteSize.ofGiB(1), 64, ByteSize.ofGiB(1));

    private static final List<SimulatedBuild.Step> STEPS = List.of(
            new SimulatedBuild.Step("install", Duration.ofSeconds(1), REQUIREMENTS),
            new SimulatedBuild.Step("prepare", Duration.ofSeconds(1), REQUIREMENTS),
            new SimulatedBuild.Step("export", Duration.ofSeconds(1), REQUIREMENTS));

    @TempDir
    Path folder;

    private final List<String> started = Collections.synchronizedList(new ArrayList<>());
    private final List<AutoCloseable> open = new ArrayList<>();

    @Test
    @Timeout(value = 20, unit = TimeUnit.MINUTES)
    void eachBuildRunsOnceByPriority() throws Exception {
        var count = Integer.getInteger("cst.builds", 40);
        try (var database = database()) {
            var builds = new BuildRepository(database, Clock.systemUTC());
            var ids = IntStream.range(0, count).mapToObj(i -> submit(builds, i)).toList();

            var start = System.nanoTime();
            var workers = IntStream.range(0, WORKERS).mapToObj(this::worker).toList();
            workers.forEach(Worker::start);
            workers.getFirst().await(ids);
            var together = Duration.ofNanos(System.nanoTime() - start);

            for (var id : ids) {
                var build = builds.find(id).orElseThrow();
                assertThat(build.state()).as(id).isEqualTo(BuildState.DONE);
                assertThat(build.token()).as("claims of " + id).isOne();
                assertThat(builds.phases(id))
                        .hasSize(STEPS.size())
                        .allMatch(phase -> phase.state() == PhaseRecord.State.DONE);
            }
            assertThat(started).hasSize(count).doesNotHaveDuplicates();
            requireByPriority();
            var phases = count * STEPS.size();
            System.out.printf(
                    "%d builds of %d phases on %d workers: %d ms, %.1f ms per phase%n",
                    count, STEPS.size(), WORKERS, together.toMillis(), (double) together.toMillis() * WORKERS / phases);
        } finally {
            for (var each : open.reversed()) {
                each.close();
            }
        }
    }

    /** Workers claim builds at the same time, so a build may be overtaken by as many as there are workers. */
    private void requireByPriority() {
        for (var i = 0; i < started.size(); i++) {
            var rank = i;
            var ahead = started.subList(i + 1, started.size()).stream()
                    .filter(later -> priority(number(later)) > priority(number(started.get(rank))))
                    .count();
            assertThat(ahead)
                    .as("started after " + started.get(i) + " although more urgent")
                    .isLessThan(2L * WORKERS);
        }
    }

    private static int priority(int number) {
        return number * 7 % 10;
    }

    private static int number(String name) {
        return Integer.parseInt(name.replace("simulated-", ""));
    }

    private static String submit(BuildRepository builds, int number) {
        var name = "simulated-" + number;
        return builds.submit(new Submission(name, name, QUEUE, priority(number), Duration.ofSeconds(3), name));
    }

    private Worker worker(int number) {
        var database = database();
        open.add(database);
        var process = WorkerName.ofThisProcess("host-" + number);
        var executor =
                SimulatedBuild.executor(new CstHome(folder.resolve("home-" + number)), Map.of("", STEPS), (_, _) -> {});
        var worker = new Worker(
                database,
                Clock.systemUTC(),
                process,
                Worker.Settings.usual(List.of(QUEUE), 1),
                Budget.of(PLENTY),
                lease -> {
                    started.add(lease.request());
                    executor.run(lease);
                },
                new ErrorBoundary(() -> new CstHome(folder), Clock.systemUTC()));
        open.add(worker);
        return worker;
    }

    private Database database() {
        return Database.embedded(folder.resolve("cst.db"));
    }
}
