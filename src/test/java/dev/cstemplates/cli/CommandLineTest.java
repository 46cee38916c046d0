package dev.cstemplates.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cstemplates.cli.terminal.ExceptionHandler;
import dev.cstemplates.cli.terminal.GlobalOptions;
import dev.cstemplates.cli.terminal.Output;
import dev.cstemplates.host.Installation;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.Command;

class CommandLineTest {

    @TempDir
    Path folder;

    private final Path checkout = Path.of("").toAbsolutePath();

    @Test
    void aMistypedCommandOrOptionIsAnsweredWithTheNearest() {
        var console = new Console(checkout, folder);
        assertThat(console.run("lst").err()).contains("there is no command 'lst'", "Did you mean: cst list");
        assertThat(console.run("list", "--jsn").err())
                .contains("Unknown option: '--jsn'", "--json", "'cst list --help'");
        assertThat(console.run("show").err()).contains("Missing required parameter: 'ID'", "Usage: cst show");
        assertThat(console.run("list", "--jsn").exitCode()).isEqualTo(2);
        assertThat(console.run("list", "--jsn").out()).isEmpty();
    }

    @Test
    void withoutACommandItShowsWhatThereIs() {
        var run = new Console(checkout, folder).run();
        assertThat(run.err()).contains("Commands:", "list", "Exit codes:");
        assertThat(run.exitCode()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "list", "show", "check", "build", "status", "watch", "logs", "cancel", "retry", "history", "worker"
            })
    void everyCommandExplainsItselfWithExamples(String command) {
        var run = new Console(checkout, folder).run(command, "--help");
        assertThat(run.out()).contains("Usage: cst " + command, "Examples:", "--home");
        assertThat(run.out().lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
        assertThat(run.exitCode()).isZero();
    }

    @Test
    void aFolderThatIsNoInstallationIsTheHostsFault() {
        var run = new Console(folder, folder).run("list");
        assertThat(run.err()).contains("it is no installation of cst", "cst.root");
        assertThat(run.exitCode()).isEqualTo(3);
    }

    @Test
    void aBugIsToldInOneLineAndItsStackTraceIsKept() throws IOException {
        var run = runBuggyCommand("buggy");
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("java.lang.IllegalStateException: oops").doesNotContain("\tat ");
        var file = Path.of(run.err().lines().toList().getLast().replaceFirst(".* is in ", ""));
        assertThat(file).hasParent(folder.resolve("crashes"));
        assertThat(Files.readString(file)).contains("\tat dev.cstemplates.cli.CommandLineTest$Buggy.call");
    }

    @Test
    void theStackTraceIsShownOnRequest() {
        assertThat(runBuggyCommand("--stacktrace", "buggy").err()).contains("\tat dev.cstemplates.cli.CommandLineTest");
        assertThat(folder.resolve("crashes")).doesNotExist();
    }

    private Console.Run runBuggyCommand(String... args) {
        var err = new StringWriter();
        var output = new Output(new PrintWriter(new StringWriter()), new PrintWriter(err, true));
        var options = new GlobalOptions();
        try (var app = new App(
                options, Map.of("CST_HOME", folder.toString()), Installation::find, Clock.systemUTC(), output)) {
            var exitCode = Main.commandLine(app, options)
                    .addSubcommand(new Buggy())
                    .setExecutionExceptionHandler(new ExceptionHandler(app, options))
                    .execute(args);
            return new Console.Run(exitCode, "", err.toString());
        }
    }

    @Command(name = "buggy")
    static final class Buggy implements Callable<Integer> {
        @Override
        public Integer call() {
            throw new IllegalStateException("oops");
        }
    }
}
