package dev.cstemplates.cli.build;

import dev.cstemplates.artifact.ArtifactStore;
import dev.cstemplates.cli.terminal.Output;
import dev.cstemplates.core.Architecture;
import dev.cstemplates.core.ByteSize;
import dev.cstemplates.core.CstHome;
import dev.cstemplates.core.ErrorBoundary;
import dev.cstemplates.core.Failure;
import dev.cstemplates.core.Hypervisor;
import dev.cstemplates.engine.Budget;
import dev.cstemplates.engine.BuildEvent;
import dev.cstemplates.engine.BuildLease;
import dev.cstemplates.engine.BuildRepository;
import dev.cstemplates.engine.Database;
import dev.cstemplates.engine.ResourceRequirements;
import dev.cstemplates.engine.Worker;
import dev.cstemplates.engine.WorkerName;
import dev.cstemplates.pipeline.request.BuildOptions;
import dev.cstemplates.pipeline.request.BuildRequest;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;

/**
 * Runs one build whose only phase lasts until the process is interrupted, and reports as {@code cst build} does. Arguments: the home, and
 * {@code true} for JSON.
 */
final class InterruptedBuildMain {

    private InterruptedBuildMain() {}

    @SuppressWarnings("NullAway") // It misses @Nullable on a nested type that it reads from a class file.
    public static void main(String[] args) {
        var home = new CstHome(Path.of(args[0]));
        var json = Boolean.parseBoolean(args[1]);
        var clock = Clock.systemUTC();
        var output = new Output(
                new PrintWriter(System.out, true, StandardCharsets.UTF_8),
                new PrintWriter(System.err, true, StandardCharsets.UTF_8));
        var name = WorkerName.ofThisProcess("localhost");
        var budget = Budget.of(new ResourceRequirements(ByteSize.ofGiB(1), 1, ByteSize.ofGiB(1)));
        int exitCode;
        try (var database = Database.embedded(home.root().resolve("cst.db"))) {
            var builds = new BuildRepository(database, clock);
            var runner = new BuildRunner(
                    output,
                    builds,
                    () -> new ArtifactStore(home.artifacts(), home.locks(), clock),
                    (settings, limits, _, progress) -> new Worker(
                            database,
                            clock,
                            name,
                            settings,
                            limits,
                            lease -> blockUntilInterrupted(lease, progress),
                            new ErrorBoundary(() -> home, clock)),
                    name,
                    clock,
                    () -> {});
            var request = new BuildRequest(
                    "debian-12",
                    Architecture.X86_64,
                    null,
                    null,
                    new TreeSet<>(List.of(Hypervisor.KVM)),
                    null,
                    new BuildOptions(null, null, false, false));
            var id = runner.submit(request, "Debian 12", List.of("install"), runner.ownQueue(), 0);
            exitCode = runner.run(
                    List.of(id),
                    budget,
                    1,
                    _ -> {
                        throw new IllegalStateException("The build of this test resolves nothing");
                    },
                    json,
                    results -> new BuildReport(output, null, Map.of()).print(results, json));
        }
        System.exit(exitCode);
    }

    private static void blockUntilInterrupted(BuildLease lease, Consumer<BuildEvent> progress) {
        progress.accept(new BuildEvent.PhaseStarted(lease.id(), "install", "it never ran on this host"));
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            throw Failure.cancelled("install").because(e);
        }
    }
}
