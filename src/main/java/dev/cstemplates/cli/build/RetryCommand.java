/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.cli.build;

import dev.cstemplates.cli.terminal.Output;
import dev.cstemplates.core.Failure;
import dev.cstemplates.engine.BuildRepository;
import dev.cstemplates.engine.WorkerSelector;
import dev.cstemplates.pipeline.BuildResolver;
import dev.cstemplates.pipeline.request.BuildRequest;
import dev.cstemplates.pipeline.request.ResolvedBuild;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code cst retry}. */
@Command(
        name = "retry",
        description =
                "Continues a build that failed, was cancelled or was interrupted, from the phase that it had reached.",
        footerHeading = "%nExamples:%n",
        footer = "  cst retry debian-12    the newest build of Debian 12")
public final class RetryCommand implements Callable<Integer> {

    private final Output output;
    private final Supplier<BuildRepository> builds;
    private final Supplier<BuildRunner> runner;
    private final Supplier<BuildResolver> resolver;
    private final Consumer<Collection<ResolvedBuild>> requireTools;

    @Parameters(
            paramLabel = "BUILD",
            description = "A build's id, a unique prefix of it, or a template's id for its newest build.")
    private String name = "";

    @Mixin
    private final BudgetOptions budget;

    public RetryCommand(
            Output output,
            Supplier<BuildRepository> builds,
            Supplier<BuildRunner> runner,
            Supplier<BuildResolver> resolver,
            Consumer<Collection<ResolvedBuild>> requireTools,
            BudgetOptions budget) {
        this.output = output;
        this.builds = builds;
        this.runner = runner;
        this.resolver = resolver;
        this.requireTools = requireTools;
        this.budget = budget;
    }

    @Override
    public Integer call() {
        var build = BuildLookup.find(builds.get(), name);
        var isForWorkers = !WorkerSelector.isCommand(build.queue());
        if (!isForWorkers) {
            requireTools.accept(List.of(resolver.get().resolve(BuildRequest.parse(build.request()))));
        }
        var queue = isForWorkers ? build.queue() : runner.get().ownQueue();
        if (!builds.get().resubmit(build.id(), queue, build.priority())) {
            throw Failure.usage(
                    "Build " + build.id() + " is not over: " + build.state().id(), "'cst watch' shows its progress.");
        }
        if (isForWorkers) {
            output.line(build.id() + " is queued again; 'cst watch' shows its progress");
            return 0;
        }
        var until = BuildRequest.parse(build.request()).options().until();
        return runner.get()
                .run(
                        List.of(build.id()),
                        budget.budget(),
                        1,
                        resolver.get()::resolve,
                        false,
                        results -> new BuildReport(output, until, Map.of()).print(results, false));
    }
}
