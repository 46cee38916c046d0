package dev.cstemplates.cli.build;

import dev.cstemplates.cli.App;
import dev.cstemplates.core.Failure;
import dev.cstemplates.engine.WorkerSelector;
import dev.cstemplates.pipeline.request.BuildRequest;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code cst retry}. */
@Command(
        name = "retry",
        description =
                "Takes a build up again that failed, was cancelled or interrupted, from the phase that it had come to.",
        footerHeading = "%nExamples:%n",
        footer = "  cst retry debian-12    the newest build of Debian 12")
public final class RetryCommand implements Callable<Integer> {

    private final App app;

    @Parameters(paramLabel = "BUILD", description = "A build's id, or how it begins.")
    private String name = "";

    @Mixin
    private BudgetOptions budget = new BudgetOptions();

    public RetryCommand(App app) {
        this.app = app;
    }

    @Override
    public Integer call() {
        var book = app.builds();
        book.recover(app.worker().host());
        var build = BuildLookup.named(book, name);
        var builds = new BuildRunner(app, budget.budget(app), 1, false);
        var isForWorkers = !WorkerSelector.isCommand(build.route());
        var route = isForWorkers ? build.route() : WorkerSelector.command(app.worker());
        if (!isForWorkers) {
            app.requireTools(BuildRequest.parse(build.request()).architecture());
        }
        if (!book.again(build.id(), route, build.priority())) {
            throw Failure.usage(
                    "Build " + build.id() + " is not over: " + build.state().id(), "'cst watch' shows how it goes.");
        }
        var ids = List.of(build.id());
        if (isForWorkers) {
            app.output().line(build.id() + " is queued again; 'cst watch' shows how it goes");
            return 0;
        }
        var failure = builds.run(ids).getFirst().failure();
        if (failure != null) {
            throw failure;
        }
        return 0;
    }
}
