/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.pipeline;

import dev.cstemplates.core.ByteSize;
import dev.cstemplates.core.CstHome;
import dev.cstemplates.core.ErrorBoundary;
import dev.cstemplates.engine.Budget;
import dev.cstemplates.engine.BuildRepository;
import dev.cstemplates.engine.BuildState;
import dev.cstemplates.engine.Database;
import dev.cstemplates.engine.ResourceRequirements;
import dev.cstemplates.engine.Worker;
import dev.cstemplates.engine.WorkerName;
import dev.cstemplates.host.process.Command;
import dev.cstemplates.host.process.Processes;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * A worker in a separate process, to be killed. Arguments: database (a file, or a URL), home, host, milliseconds that a phase takes,
 * milliseconds between heartbeats. It ends when no build is left.
 */
final class SimulatedWorkerMain {

    static final String QUEUE = "simulated";
    static final String READY = "ready";

    private SimulatedWorkerMain() {}

    public static void main(String[] args) throws InterruptedException {
        var home = new CstHome(Path.of(args[1]));
        var heartbeat = Duration.ofMillis(Long.parseLong(args[4]));
        try (var database = open(args[0]);
                var processes = new Processes(() -> home)) {
            var settings = new Worker.Settings(List.of(QUEUE), 2, null, null, heartbeat, Duration.ofMillis(100));
            // A real program runs as long as the phase does.
            var seconds = Long.toString(Long.parseLong(args[3]) / 1000) + "."
                    + "%03d".formatted(Long.parseLong(args[3]) % 1000);
            var executor = SimulatedBuild.executor(
                    home,
                    Map.of("", steps()),
                    (step, context) ->
                            processes.check(Command.of("sh", "-c", "echo > half; sleep " + seconds + " & wait")
                                    .in(context.scratch())));
            try (var worker = new Worker(
                    database,
                    Clock.systemUTC(),
                    WorkerName.ofThisProcess(args[2]),
                    settings,
                    Budget.of(new ResourceRequirements(ByteSize.ofGiB(4), 4, ByteSize.ofGiB(4))),
                    executor,
                    new ErrorBoundary(() -> home, Clock.systemUTC()))) {
                worker.start();
                System.out.println(READY);
                var builds = new BuildRepository(database, Clock.systemUTC());
                while (!builds.withState(BuildState.QUEUED, BuildState.RUNNING).isEmpty()
                        || !worker.running().isEmpty()) {
                    Thread.sleep(100);
                }
            }
        }
    }

    static Database open(String database) {
        return database.startsWith(Database.POSTGRESQL)
                ? Database.shared(database)
                : Database.embedded(Path.of(database));
    }

    static List<SimulatedBuild.Step> steps() {
        var requirements = new ResourceRequirements(ByteSize.ofGiB(2), 1, ByteSize.ofMiB(1));
        return List.of(
                new SimulatedBuild.Step("install", Duration.ofSeconds(1), requirements),
                new SimulatedBuild.Step("prepare", Duration.ofSeconds(1), requirements),
                new SimulatedBuild.Step("export", Duration.ofSeconds(1), requirements));
    }
}
