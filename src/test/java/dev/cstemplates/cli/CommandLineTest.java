package dev.cstemplates.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.cstemplates.cli.terminal.GlobalOptions;
import dev.cstemplates.cli.terminal.Output;
import dev.cstemplates.host.Installation;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.Command;

class CommandLineTest {

    @TempDir
    Path folder;

    private final Path checkout = Path.of("").toAbsolutePath();

    @Test
    void aMistypedCommandOrOptionSuggestsSimilarNames() {
        var console = new Console(checkout, folder);
        assertThat(console.run("lst").err()).contains("unknown command 'lst'", "Did you mean: cst list");
        assertThat(console.run("list", "--jsn").err())
                .contains("Unknown option: '--jsn'", "--json", "'cst list --help'");
        assertThat(console.run("show").err()).contains("Missing required parameter: 'ID'", "Usage: cst show");
        assertThat(console.run("list", "--jsn").exitCode()).isEqualTo(2);
        assertThat(console.run("list", "--jsn").out()).isEmpty();
    }

    @Test
    void withoutACommandTheUsageIsShown() {
        var run = new Console(checkout, folder).run();
        assertThat(run.err()).contains("Commands:", "list", "Exit codes:");
        assertThat(run.exitCode()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "list", "show", "check", "build", "status", "watch", "logs", "cancel", "retry", "history", "worker"
            })
    void theHelpOfEveryCommandHasExamples(String command) {
        var run = new Console(checkout, folder).run(command, "--help");
        assertThat(run.out()).contains("Usage: cst " + command, "Examples:", "--home");
        assertThat(run.out().lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
        assertThat(run.exitCode()).isZero();
    }

    @Test
    void theListOfCommandsHasACompleteSentenceForEach() {
        var help = new Console(checkout, folder).run("--help").out();
        var commands = help.substring(help.indexOf("Commands:"), help.indexOf("Exit codes:"));
        var sentences = commands.lines().skip(1).filter(line -> !line.isBlank()).toList();
        for (var i = 0; i < sentences.size(); i++) {
            var isLastLineOfItsCommand =
                    i + 1 == sentences.size() || sentences.get(i + 1).matches("  \\S.*");
            if (isLastLineOfItsCommand) {
                assertThat(sentences.get(i)).endsWith(".");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "build debian-12 --dry-run --memory 99999999TiB",
                "build debian-12 --dry-run --disk 9223372036854775807B",
                "build debian-12 --dry-run --cpus 0",
                "build debian-12 --dry-run --cpus 99999999999",
                "build debian-12 --dry-run --parallel 0",
                "build debian-12 --dry-run --parallel 2147483647",
                "build debian-12 --dry-run --priority 1001",
                "worker --parallel 0",
                "worker --host-limit 0",
                "worker --global-limit -1",
                "worker --grace-period -1",
                "worker --grace-period 2147483647"
            })
    void aNumberOutOfRangeIsAUsageError(String arguments) {
        var run = new Console(checkout, folder).run(arguments.split(" "));
        assertThat(run.exitCode()).as(run.err()).isEqualTo(2);
        assertThat(run.err()).doesNotContain("Internal error");
    }

    @Test
    void aFolderWithoutAnInstallationIsAHostError() {
        var run = new Console(folder, folder).run("list");
        assertThat(run.err()).contains("is not an installation of cst", "cst.root");
        assertThat(run.exitCode()).isEqualTo(3);
    }

    @Test
    void anInternalErrorIsReportedInOneLineWithItsStackTraceInAFile() throws IOException {
        var run = runFailingCommand(new IllegalStateException("oops"), "failing");
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err())
                .startsWith("error: Internal error: java.lang.IllegalStateException: oops")
                .doesNotContain("\tat ");
        assertThat(crashReport()).contains("\tat dev.cstemplates.cli.CommandLineTest.");
        assertThat(run.err()).contains(folder.resolve("crashes").toString());
    }

    @Test
    void aJvmErrorIsReportedAsAnInternalError() throws IOException {
        var run = runFailingCommand(new StackOverflowError(), "failing");
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).startsWith("error: Internal error: java.lang.StackOverflowError");
        assertThat(crashReport()).contains("\tat dev.cstemplates.cli.CommandLineTest.");
    }

    @ParameterizedTest
    @MethodSource
    void resourceExhaustionIsAHostError(Throwable exhaustion, String message) {
        var run = runFailingCommand(exhaustion, "failing");
        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.err()).startsWith("error: " + message);
    }

    static List<Arguments> resourceExhaustionIsAHostError() {
        return List.of(
                arguments(new OutOfMemoryError("Java heap space"), "This host is out of memory"),
                arguments(
                        new UncheckedIOException(new FileSystemException("/x", null, "No space left on device")),
                        "This host's disk is full"),
                arguments(
                        new IllegalStateException(new IOException("Too many open files")),
                        "Too many open files on this host"));
    }

    @Test
    void stacktraceOptionPrintsTheStackTrace() {
        assertThat(runFailingCommand(new IllegalStateException("oops"), "--stacktrace", "failing")
                        .err())
                .contains("\tat dev.cstemplates.cli.CommandLineTest");
    }

    private String crashReport() throws IOException {
        try (var files = Files.list(folder.resolve("crashes"))) {
            return Files.readString(files.findFirst().orElseThrow());
        }
    }

    private Console.Run runFailingCommand(Throwable thrown, String... args) {
        var err = new StringWriter();
        var output = new Output(new PrintWriter(new StringWriter()), new PrintWriter(err, true));
        var options = new GlobalOptions();
        try (var app = new App(
                options, Map.of("CST_HOME", folder.toString()), Installation::find, Clock.systemUTC(), output)) {
            var handler = Main.exceptionHandler(app, options);
            var commandLine = Main.commandLine(app, options)
                    .addSubcommand(new Failing(thrown))
                    .setExecutionExceptionHandler(handler);
            return new Console.Run(Main.execute(commandLine, handler, args), "", err.toString());
        }
    }

    @Command(name = "failing")
    static final class Failing implements Callable<Integer> {

        private final Throwable thrown;

        Failing(Throwable thrown) {
            this.thrown = thrown;
        }

        @Override
        public Integer call() throws Exception {
            if (thrown instanceof Error error) {
                throw error;
            }
            throw (Exception) thrown;
        }
    }
}
