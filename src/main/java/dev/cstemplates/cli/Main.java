/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.cli;

import dev.cstemplates.cli.artifact.ArtifactsCommand;
import dev.cstemplates.cli.artifact.ConvertCommand;
import dev.cstemplates.cli.artifact.LayersCommand;
import dev.cstemplates.cli.artifact.MediaCommand;
import dev.cstemplates.cli.artifact.ValidateCommand;
import dev.cstemplates.cli.build.BuildCommand;
import dev.cstemplates.cli.build.CancelCommand;
import dev.cstemplates.cli.build.HistoryCommand;
import dev.cstemplates.cli.build.LogBundle;
import dev.cstemplates.cli.build.LogsCommand;
import dev.cstemplates.cli.build.RetryCommand;
import dev.cstemplates.cli.build.StatusCommand;
import dev.cstemplates.cli.build.WatchCommand;
import dev.cstemplates.cli.build.WorkerCommand;
import dev.cstemplates.cli.catalog.CheckCommand;
import dev.cstemplates.cli.catalog.FetchCommand;
import dev.cstemplates.cli.catalog.ListCommand;
import dev.cstemplates.cli.catalog.RenderCommand;
import dev.cstemplates.cli.catalog.ShowCommand;
import dev.cstemplates.cli.cloud.CloudCommands;
import dev.cstemplates.cli.terminal.CheckoutPaths;
import dev.cstemplates.cli.terminal.ExceptionHandler;
import dev.cstemplates.cli.terminal.FormerNames;
import dev.cstemplates.cli.terminal.GlobalOptions;
import dev.cstemplates.cli.terminal.Output;
import dev.cstemplates.cli.terminal.ParameterExceptionHandler;
import dev.cstemplates.host.Installation;
import dev.cstemplates.pipeline.layer.LayerPruning;
import java.time.Clock;
import picocli.CommandLine;

/** Starts {@code cst}. */
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        var paths = CheckoutPaths.ofThisProcess();
        var out = paths.over(System.out);
        var err = paths.over(System.err);
        var options = new GlobalOptions();
        int exitCode;
        try (var app = new App(options, System.getenv(), Installation::find, Clock.systemUTC(), new Output(out, err))) {
            var handler = exceptionHandler(app, options);
            Thread.setDefaultUncaughtExceptionHandler((_, thrown) -> handler.print(thrown));
            exitCode = execute(commandLine(app, options), handler, args);
        }
        out.flush();
        err.flush();
        System.exit(exitCode);
    }

    /** Runs a command; errors of the JVM are reported as exceptions are, which picocli does not do. */
    static int execute(CommandLine commandLine, ExceptionHandler handler, String... args) {
        try {
            return commandLine.execute(args);
        } catch (RuntimeException | Error thrown) {
            return handler.print(thrown);
        }
    }

    static ExceptionHandler exceptionHandler(App app, GlobalOptions options) {
        return new ExceptionHandler(app.errors(), app.output(), options::stacktrace);
    }

    private static CommandLine artifacts(App app) {
        return new CommandLine(new ArtifactsCommand())
                .addSubcommand(new ArtifactsCommand.ListArtifacts(app.output(), app::artifacts))
                .addSubcommand(new ArtifactsCommand.Show(app.output(), app::artifacts))
                .addSubcommand(new ArtifactsCommand.Verify(app.output(), app::artifacts, app::home, app.processes()));
    }

    private static CommandLine layers(App app) {
        return new CommandLine(new LayersCommand())
                .addSubcommand(new LayersCommand.ListLayers(app.output(), app::layers))
                .addSubcommand(new LayersCommand.Prune(
                        app.output(), () -> new LayerPruning(app.layers(), app.home(), app.clock())));
    }

    /** The whole command line, ready to execute. */
    static CommandLine commandLine(App app, GlobalOptions options) {
        var output = app.output();
        var clock = app.clock();
        var root = new CommandLine(new RootCommand(options));
        root.addSubcommand(new ListCommand(output, app::catalog, clock));
        root.addSubcommand(new ShowCommand(output, app::catalog, clock));
        root.addSubcommand(new CheckCommand(output, app::catalog, app::checks, app::onlineCheck));
        root.addSubcommand(new RenderCommand(
                output, app::catalog, app::resolver, app::projects, app::subscription, app::renderer));
        root.addSubcommand(new FetchCommand(output, app::catalog, app::media));
        root.addSubcommand(new BuildCommand(
                output,
                app::catalog,
                app::resolver,
                app::pipeline,
                app::runner,
                app::requireTools,
                app::publishing,
                app.budgetOptions()));
        root.addSubcommand(new StatusCommand(output, app::builds, app::worker, clock));
        root.addSubcommand(new WatchCommand(output, app::builds, app::worker, clock));
        root.addSubcommand(new LogsCommand(output, app::builds, app::home, new LogBundle(app.environment())));
        root.addSubcommand(new CancelCommand(output, app::builds));
        root.addSubcommand(new RetryCommand(
                output, app::builds, app::runner, app::resolver, app::requireTools, app.budgetOptions()));
        root.addSubcommand(new HistoryCommand(output, app::builds));
        root.addSubcommand(new WorkerCommand(
                output,
                app::worker,
                app::newWorker,
                app::resolver,
                app::accelerator,
                app::hasToolsFor,
                app::requireTools,
                app.processes()::close,
                clock,
                app.budgetOptions()));
        root.addSubcommand(new ConvertCommand(output, app.processes(), clock));
        root.addSubcommand(new ValidateCommand(
                output,
                app::home,
                app::catalog,
                app::artifacts,
                app::resolver,
                app::validation,
                app::requireToolsFor,
                app::accelerator,
                clock));
        root.addSubcommand(artifacts(app));
        root.addSubcommand(layers(app));
        root.addSubcommand(
                new CommandLine(new MediaCommand()).addSubcommand(new MediaCommand.Prune(output, app::media, clock)));
        CloudCommands.addTo(root, output, app::catalog, app::artifacts, app::publishing, app::clouds, clock);
        root.addSubcommand(new DoctorCommand(app.host(), app::doctor));
        FormerNames.addTo(root);
        return root.setOut(output.out())
                .setErr(output.err())
                .setParameterExceptionHandler(new ParameterExceptionHandler())
                .setExecutionExceptionHandler(exceptionHandler(app, options))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setUsageHelpAutoWidth(true);
    }
}
