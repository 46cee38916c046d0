/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cstemplates.core.ByteSize;
import dev.cstemplates.core.CstHome;
import dev.cstemplates.core.ErrorBoundary;
import dev.cstemplates.engine.Budget;
import dev.cstemplates.engine.BuildRepository;
import dev.cstemplates.engine.BuildState;
import dev.cstemplates.engine.Database;
import dev.cstemplates.engine.ResourceRequirements;
import dev.cstemplates.engine.Submission;
import dev.cstemplates.engine.Worker;
import dev.cstemplates.engine.WorkerName;
import dev.cstemplates.engine.WorkerSelector;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Seven families at once: real engine, admission, pipeline and database; phases take simulated minutes, so that the result does not
 * depend on how busy the test machine is.
 */
class SevenFamiliesTest {

    private static final String QUEUE = WorkerSelector.machine("x86_64", "tcg");

    /** A heartbeat would look like a claim that is checked again; and a machine that is suspended must not lose builds. */
    private static final Duration NO_HEARTBEAT = Duration.ofHours(1);

    @TempDir
    Path folder;

    private final SimulatedTime time = new SimulatedTime();
    private final Map<String, List<SimulatedBuild.Step>> families = families();
    private ResourceRequirements held = ResourceRequirements.NONE;
    private ResourceRequirements peak = ResourceRequirements.NONE;
    private String claims = "";
    private long claimedAt;

    @ParameterizedTest
    @CsvSource({"20, 2", "16, 4"})
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    void finishNearTheTheoreticalLimitAndNeverExceedTheBudget(int gibibytes, int processors) throws Exception {
        var budget = new ResourceRequirements(ByteSize.ofGiB(gibibytes), processors, ByteSize.ofGiB(500));
        var file = folder.resolve("cst.db");
        try (var database = Database.embedded(file)) {
            var builds = new BuildRepository(database, Clock.systemUTC());
            var ids = families.entrySet().stream()
                    .map(family -> builds.submit(new Submission(
                            family.getKey(), family.getKey(), QUEUE, 0, total(family.getValue()), family.getKey())))
                    .toList();
            var settings =
                    new Worker.Settings(List.of(QUEUE), ids.size(), null, null, NO_HEARTBEAT, Duration.ofMillis(50));
            var executor = SimulatedBuild.executor(new CstHome(folder), families, (step, _) -> run(step));
            try (var worker = new Worker(
                    database,
                    Clock.systemUTC(),
                    WorkerName.ofThisProcess("here"),
                    settings,
                    Budget.of(budget),
                    executor,
                    new ErrorBoundary(() -> new CstHome(folder), Clock.systemUTC()))) {
                worker.start();
                while (!builds.withState(BuildState.QUEUED, BuildState.RUNNING).isEmpty()) {
                    if (isQuiet(file, builds)) {
                        time.advance();
                    }
                    Thread.sleep(10);
                }
                worker.await(ids);
            }
            assertThat(builds.withState(BuildState.DONE)).hasSize(families.size());
        }
        var bound = bound(budget);
        System.out.printf(
                "%d families with %s and %d processors: %d min, bound %d min, at most %s and %d processors in use%n",
                families.size(),
                budget.memory(),
                processors,
                time.now().toMinutes(),
                bound.toMinutes(),
                peak.memory(),
                peak.cpus());

        assertThat(time.now()).isLessThanOrEqualTo(bound.multipliedBy(11).dividedBy(10));
        assertThat(peak.memory()).isLessThanOrEqualTo(budget.memory());
        assertThat(peak.cpus()).isLessThanOrEqualTo(processors);
    }

    private void run(SimulatedBuild.Step step) {
        synchronized (this) {
            held = held.plus(step.requirements());
            peak = new ResourceRequirements(
                    peak.memory().compareTo(held.memory()) > 0 ? peak.memory() : held.memory(),
                    Math.max(peak.cpus(), held.cpus()),
                    peak.disk());
        }
        time.sleep(step.usual());
        synchronized (this) {
            held = new ResourceRequirements(
                    new ByteSize(
                            held.memory().bytes() - step.requirements().memory().bytes()),
                    held.cpus() - step.requirements().cpus(),
                    new ByteSize(
                            held.disk().bytes() - step.requirements().disk().bytes()));
        }
    }

    /** Every build sleeps in a phase, or has been refused resources since the last change of the claims. */
    private boolean isQuiet(Path file, BuildRepository builds) throws SQLException {
        var unfinished = builds.withState(BuildState.QUEUED, BuildState.RUNNING).size();
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                var statement = connection.createStatement();
                var row = statement.executeQuery("SELECT COUNT(granted_at), COUNT(*),"
                        + " COALESCE(MIN(CASE WHEN granted_at IS NULL THEN seen_at END), " + Long.MAX_VALUE + "),"
                        + " COALESCE(GROUP_CONCAT(build || ' ' || phase || ' ' || COALESCE(granted_at, '')), '')"
                        + " FROM (SELECT * FROM resource_claims ORDER BY build)")) {
            row.next();
            if (!claims.equals(row.getString(4))) {
                claims = row.getString(4);
                claimedAt = System.currentTimeMillis();
            }
            return row.getInt(1) > 0
                    && row.getInt(1) == time.sleepers()
                    && row.getInt(2) == unfinished
                    && row.getLong(3) > claimedAt;
        }
    }

    private Duration bound(ResourceRequirements budget) {
        var all = families.values().stream().flatMap(List::stream).toList();
        var longest = families.values().stream()
                .map(SevenFamiliesTest::total)
                .max(Duration::compareTo)
                .orElseThrow();
        var memory = area(all, step -> step.requirements().memory().toMiB())
                / budget.memory().toMiB();
        var processors = area(all, step -> step.requirements().cpus()) / budget.cpus();
        return Duration.ofMillis(Math.max(longest.toMillis(), Math.max(memory, processors)));
    }

    private static long area(List<SimulatedBuild.Step> steps, ToLongFunction<SimulatedBuild.Step> amount) {
        return steps.stream()
                .mapToLong(step -> amount.applyAsLong(step) * step.usual().toMillis())
                .sum();
    }

    private static Duration total(List<SimulatedBuild.Step> steps) {
        return steps.stream().map(SimulatedBuild.Step::usual).reduce(Duration.ZERO, Duration::plus);
    }

    private static Map<String, List<SimulatedBuild.Step>> families() {
        var families = new LinkedHashMap<String, List<SimulatedBuild.Step>>();
        families.put("debian", steps(4, 1536, 2, 3));
        families.put("ubuntu", steps(9, 4352, 2, 4));
        families.put("almalinux", steps(11, 4352, 2, 4));
        families.put("rockylinux", steps(11, 4352, 2, 4));
        families.put("centos", steps(12, 4352, 2, 5));
        families.put("suse", steps(14, 4352, 2, 4));
        families.put("fedora", steps(10, 4352, 2, 3));
        return families;
    }

    private static List<SimulatedBuild.Step> steps(int install, int memory, int cpus, int validate) {
        var steps = new ArrayList<SimulatedBuild.Step>();
        steps.add(step("fetch", 3, 256, 1));
        steps.add(step("install", install, memory, cpus));
        steps.add(step("prepare", 4, 2304, 2));
        steps.add(step("optimize", 2, 1536, 1));
        steps.add(step("export", 2, 1536, 1));
        steps.add(step("validate", validate, 2304, 2));
        steps.add(step("package", 1, 256, 1));
        return steps;
    }

    private static SimulatedBuild.Step step(String name, int minutes, int mebibytes, int cpus) {
        return new SimulatedBuild.Step(
                name,
                Duration.ofMinutes(minutes),
                new ResourceRequirements(ByteSize.ofMiB(mebibytes), cpus, ByteSize.ofGiB(6)));
    }
}
