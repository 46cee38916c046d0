/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cstemplates.core.CstHome;
import dev.cstemplates.engine.BuildRecord;
import dev.cstemplates.engine.BuildRepository;
import dev.cstemplates.engine.BuildState;
import dev.cstemplates.engine.Database;
import dev.cstemplates.engine.PhaseRecord;
import dev.cstemplates.engine.Submission;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Workers in separate processes, their builds, and the invariants when all builds are over. */
final class Farm implements AutoCloseable {

    private final Path folder;
    private final String url;
    private final Database database;
    private final BuildRepository builds;
    private final List<Process> started = new ArrayList<>();
    private final List<String> ids = new ArrayList<>();

    Farm(Path folder, String url) {
        this.folder = folder;
        this.url = url;
        this.database = SimulatedWorkerMain.open(url);
        this.builds = new BuildRepository(database, Clock.systemUTC());
    }

    BuildRepository builds() {
        return builds;
    }

    BuildRecord build(String id) {
        return builds.find(id).orElseThrow();
    }

    String submit() {
        var name = "simulated-" + (ids.size() + 1);
        var id = builds.submit(new Submission(name, name, SimulatedWorkerMain.QUEUE, 0, Duration.ofSeconds(3), name));
        ids.add(id);
        return id;
    }

    int unfinished() {
        return builds.withState(BuildState.QUEUED, BuildState.RUNNING).size();
    }

    /** Waits for this many more events, or until no build is left. */
    void awaitEvents(int count) throws InterruptedException {
        var enough = events() + count;
        while (events() < enough && unfinished() > 0) {
            Thread.sleep(10);
        }
    }

    private int events() {
        return ids.stream().mapToInt(id -> builds.events(id, 0).size()).sum();
    }

    /** Starts a worker and waits until it is ready to claim builds. */
    Process start(String host, Duration phase, Duration heartbeat) throws IOException {
        var process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        SimulatedWorkerMain.class.getName(),
                        url,
                        home(host).root().toString(),
                        host,
                        Long.toString(phase.toMillis()),
                        Long.toString(heartbeat.toMillis()))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        started.add(process);
        var out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        for (var line = out.readLine(); !SimulatedWorkerMain.READY.equals(line); line = out.readLine()) {
            if (line == null) {
                throw new IllegalStateException("The worker ended before it was ready");
            }
        }
        return process;
    }

    CstHome home(String host) {
        return new CstHome(folder.resolve(host));
    }

    static void signal(String name, Process process) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .start()
                .waitFor();
    }

    /** All builds are done, every result is complete, and killed processes have left nothing. */
    void requireAllDoneAndClean(String host) throws IOException {
        var steps = SimulatedWorkerMain.steps();
        assertThat(ids).allSatisfy(id -> {
            assertThat(build(id).state()).isEqualTo(BuildState.DONE);
            for (var step : steps) {
                assertThat(builds.phases(id).stream()
                                .filter(phase -> phase.phase().equals(step.name()))
                                .filter(phase -> phase.state() == PhaseRecord.State.DONE
                                        || phase.state() == PhaseRecord.State.SKIPPED))
                        .as(step.name() + " of " + id)
                        .isNotEmpty();
            }
        });
        var store = SimulatedBuild.store(home(host));
        for (var i = 1; i <= ids.size(); i++) {
            var layer = store.newest("export", "simulated-" + i + "-x86_64").orElseThrow();
            store.verify(layer);
            assertThat(layer.folder().resolve("result")).hasContent(SimulatedBuild.resultOf(steps));
        }
        assertThat(filesBelow(home(host).work())).isEmpty();
        assertThat(programsFor(home(host))).isEmpty();
    }

    private static List<Path> filesBelow(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            return files.toList();
        }
    }

    /** Programs whose environment names this home. */
    private static List<Long> programsFor(CstHome home) {
        return ProcessHandle.allProcesses()
                .map(ProcessHandle::pid)
                .filter(pid -> environment(pid).anyMatch(each -> each.endsWith("@" + home.root())))
                .toList();
    }

    private static Stream<String> environment(long pid) {
        try {
            return Stream.of(
                    Files.readString(Path.of("/proc", Long.toString(pid), "environ"), StandardCharsets.ISO_8859_1)
                            .split("\0"));
        } catch (IOException e) {
            return Stream.of();
        }
    }

    /** How often builds were claimed, and phases finished or killed. */
    Map<String, Long> counts() {
        var phases = ids.stream().flatMap(id -> builds.phases(id).stream()).toList();
        return Map.of(
                "builds", (long) ids.size(),
                "claims", ids.stream().mapToLong(id -> build(id).token()).sum(),
                "phases done",
                        phases.stream()
                                .filter(each -> each.state() == PhaseRecord.State.DONE)
                                .count(),
                "phases killed",
                        phases.stream()
                                .filter(each -> each.state() == PhaseRecord.State.RUNNING)
                                .count());
    }

    @Override
    public void close() {
        started.forEach(Process::destroyForcibly);
        database.close();
    }
}
