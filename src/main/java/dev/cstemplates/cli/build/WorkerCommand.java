package dev.cstemplates.cli.build;

import dev.cstemplates.cli.App;
import dev.cstemplates.cli.terminal.FormerName;
import dev.cstemplates.cli.terminal.ShutdownHook;
import dev.cstemplates.core.Accelerator;
import dev.cstemplates.core.Architecture;
import dev.cstemplates.core.Failure;
import dev.cstemplates.engine.Worker;
import dev.cstemplates.engine.WorkerSelector;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code cst worker}. */
@Command(
        name = "worker",
        description = {
            "Takes queued builds and runs them, until it is ended: a host of a build farm.",
            "On a termination signal it takes no more, lets running builds end for a while, and hands the rest back."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  cst worker --database jdbc:postgresql://db/cst?user=cst",
            "  cst worker --label fast-disk --memory 24GiB",
            "  cst build --all --queue x86_64-kvm    leaves builds to such workers"
        })
public final class WorkerCommand implements Callable<Integer> {

    private final App app;

    @Option(names = "--label", paramLabel = "LABEL", description = "Take builds that are queued for this label too.")
    private List<String> labels = List.of();

    @Option(names = "--parallel", paramLabel = "N", description = "Builds at a time. Default: ${DEFAULT-VALUE}.")
    private int parallel = 8;

    @Option(
            names = "--host-limit",
            paramLabel = "N",
            description = "Phases that run at a time on this host, whatever room there is. Default: no limit.")
    private @Nullable Integer hostLimit;

    @Option(
            names = "--global-limit",
            paramLabel = "N",
            description = "This worker begins no phase while so many run on all hosts. Default: no limit.")
    private @Nullable Integer globalLimit;

    @FormerName("--finish")
    @Option(
            names = "--grace-period",
            paramLabel = "SECONDS",
            description = "How long running builds may continue after a termination signal. Default: ${DEFAULT-VALUE}.")
    private int gracePeriod = 60;

    @Mixin
    private BudgetOptions budget = new BudgetOptions();

    public WorkerCommand(App app) {
        this.app = app;
    }

    @Override
    public Integer call() throws InterruptedException {
        if (parallel < 1 || gracePeriod < 0) {
            throw Failure.usage("--parallel or --grace-period is out of range", "Use numbers from 1 and from 0.");
        }
        app.requireTools(Architecture.ofThisHost());
        var usual = Worker.Settings.usual(routes(), parallel);
        var settings =
                new Worker.Settings(usual.routes(), parallel, hostLimit, globalLimit, usual.heartbeat(), usual.look());
        var limit = Duration.ofSeconds(gracePeriod);
        var ended = new CountDownLatch(1);
        try (var progress = Progress.open(app, false);
                var worker = new Worker(
                        app.database(),
                        app.clock(),
                        app.worker(),
                        settings,
                        budget.budget(app),
                        new BuildTask(app, progress))) {
            try (var _ = new ShutdownHook(
                    () -> {
                        worker.drain(limit);
                        worker.stop();
                        app.processes().close();
                        ended.countDown();
                    },
                    limit.plusMinutes(2))) {
                worker.start();
                app.output().line("Taking builds for " + String.join(", ", settings.routes()));
                ended.await();
            }
        }
        return 0;
    }

    private List<String> routes() {
        var architecture = Architecture.ofThisHost();
        var routes = new LinkedHashSet<String>();
        routes.add(WorkerSelector.machine(
                architecture.id(), app.accelerator(architecture).id()));
        // Whoever has hardware virtualization can do without, and emulate other processors where the tools for that are
        // there.
        Arrays.stream(Architecture.values())
                .filter(app::hasToolsFor)
                .forEach(each -> routes.add(WorkerSelector.machine(each.id(), Accelerator.TCG.id())));
        routes.add(WorkerSelector.host(app.worker().host()));
        routes.addAll(labels);
        return List.copyOf(routes);
    }
}
