package dev.cstemplates.cli;

import dev.cstemplates.cli.terminal.GlobalOptions;
import dev.cstemplates.cli.terminal.Output;
import dev.cstemplates.engine.Budget;
import dev.cstemplates.host.Installation;
import java.io.PrintWriter;
import java.io.Writer;
import java.time.Clock;
import java.util.List;
import java.util.Map;

/**
 * The training run that fills the JVM's AOT cache: a list, and a build command without builds. Argument: an empty folder.
 */
final class AotTraining {

    private AotTraining() {}

    public static void main(String[] args) {
        run("list", "--json");
        run("status", "--home", args[0]);
        var options = new GlobalOptions();
        try (var app = app(options, Map.of("CST_HOME", args[0]))) {
            var budget = Budget.measured(app.host(), app.home().root(), null, null, null);
            app.runner().run(List.of(), budget, 1, app.resolver()::resolve, false, _ -> 0);
        }
        System.exit(0);
    }

    private static void run(String... command) {
        var options = new GlobalOptions();
        try (var app = app(options, Map.of())) {
            Main.commandLine(app, options).execute(command);
        }
    }

    private static App app(GlobalOptions options, Map<String, String> environment) {
        var nowhere = new PrintWriter(Writer.nullWriter());
        return new App(options, environment, Installation::find, Clock.systemUTC(), new Output(nowhere, nowhere));
    }
}
