/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.cli.build;

import dev.cstemplates.cli.terminal.FormerName;
import dev.cstemplates.cli.terminal.Output;
import dev.cstemplates.cli.terminal.ShutdownHook;
import dev.cstemplates.core.Accelerator;
import dev.cstemplates.core.Architecture;
import dev.cstemplates.core.Failure;
import dev.cstemplates.engine.Worker;
import dev.cstemplates.engine.WorkerName;
import dev.cstemplates.engine.WorkerSelector;
import dev.cstemplates.pipeline.BuildResolver;
import dev.cstemplates.pipeline.request.ResolvedBuild;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code cst worker}. */
@Command(
        name = "worker",
        description = {
            "Runs queued builds until it is stopped: a host of a build farm.",
            "On a termination signal it takes no more builds, lets running ones finish within the grace period, and"
                    + " returns the others to the queue."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  cst worker --database jdbc:postgresql://db/cst?user=cst",
            "  cst worker --label fast-disk --memory 24GiB",
            "  cst build --all --queue x86_64-kvm    queues builds for such workers"
        })
public final class WorkerCommand implements Callable<Integer> {

    private static final int MAX_GRACE_PERIOD = 7 * 24 * 3600;

    private final Output output;
    private final Supplier<WorkerName> worker;
    private final WorkerFactory workers;
    private final Supplier<BuildResolver> resolver;
    private final Function<Architecture, Accelerator> accelerator;
    private final Predicate<Architecture> hasToolsFor;
    private final Consumer<Collection<ResolvedBuild>> requireTools;
    private final Runnable endProcesses;
    private final Clock clock;

    @Option(names = "--label", paramLabel = "LABEL", description = "Also take builds that are queued for this label.")
    private List<String> labels = List.of();

    @Option(
            names = "--parallel",
            paramLabel = "N",
            description = "Number of builds at a time. Default: ${DEFAULT-VALUE}.")
    private int parallel = 8;

    @Option(
            names = "--host-limit",
            paramLabel = "N",
            description = "Maximum number of running phases on this host. Default: limited by resources only.")
    private @Nullable Integer hostLimit;

    @Option(
            names = "--global-limit",
            paramLabel = "N",
            description = "Start no phase while this many run on all hosts together. Default: no limit.")
    private @Nullable Integer globalLimit;

    @FormerName("--finish")
    @Option(
            names = "--grace-period",
            paramLabel = "SECONDS",
            description = "How long running builds may continue after a termination signal. Default: ${DEFAULT-VALUE}.")
    private int gracePeriod = 60;

    @Mixin
    private final BudgetOptions budget;

    public WorkerCommand(
            Output output,
            Supplier<WorkerName> worker,
            WorkerFactory workers,
            Supplier<BuildResolver> resolver,
            Function<Architecture, Accelerator> accelerator,
            Predicate<Architecture> hasToolsFor,
            Consumer<Collection<ResolvedBuild>> requireTools,
            Runnable endProcesses,
            Clock clock,
            BudgetOptions budget) {
        this.output = output;
        this.worker = worker;
        this.workers = workers;
        this.resolver = resolver;
        this.accelerator = accelerator;
        this.hasToolsFor = hasToolsFor;
        this.requireTools = requireTools;
        this.endProcesses = endProcesses;
        this.clock = clock;
        this.budget = budget;
    }

    @Override
    public Integer call() throws InterruptedException {
        requireInRange("--parallel", parallel, 1, BuildCommand.MAX_PARALLEL);
        requireInRange("--grace-period", gracePeriod, 0, MAX_GRACE_PERIOD);
        requireInRange("--host-limit", hostLimit, 1, Integer.MAX_VALUE);
        requireInRange("--global-limit", globalLimit, 1, Integer.MAX_VALUE);
        requireTools.accept(List.of());
        var defaults = Worker.Settings.usual(queues(), parallel);
        var settings = new Worker.Settings(
                defaults.queues(), parallel, hostLimit, globalLimit, defaults.heartbeat(), defaults.pollInterval());
        var limit = Duration.ofSeconds(gracePeriod);
        var ended = new CountDownLatch(1);
        try (var progress = Progress.open(output, clock, false);
                var worker = workers.create(settings, budget.budget(), resolver.get()::resolve, progress)) {
            try (var _ = new ShutdownHook(
                    () -> {
                        worker.drain(limit);
                        worker.stop();
                        endProcesses.run();
                        ended.countDown();
                    },
                    limit.plusMinutes(2))) {
                worker.start();
                output.line("Taking builds from " + String.join(", ", settings.queues()));
                ended.await();
            }
        }
        return 0;
    }

    private static void requireInRange(String option, @Nullable Integer value, int least, int most) {
        if (value != null && (value < least || value > most)) {
            throw Failure.usage(
                    "Invalid " + option + " " + value,
                    most == Integer.MAX_VALUE
                            ? "Use a number from " + least + "."
                            : "Use a number from " + least + " to " + most + ".");
        }
    }

    private List<String> queues() {
        var architecture = Architecture.ofThisHost();
        var queues = new LinkedHashSet<String>();
        queues.add(WorkerSelector.machine(
                architecture.id(), accelerator.apply(architecture).id()));
        // A host with hardware virtualization can also emulate, including other architectures if the tools are
        // installed.
        Arrays.stream(Architecture.values())
                .filter(hasToolsFor)
                .forEach(each -> queues.add(WorkerSelector.machine(each.id(), Accelerator.TCG.id())));
        queues.add(WorkerSelector.host(worker.get().host()));
        queues.addAll(labels);
        return List.copyOf(queues);
    }
}
