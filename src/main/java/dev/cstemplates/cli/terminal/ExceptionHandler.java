package dev.cstemplates.cli.terminal;

import dev.cstemplates.cli.App;
import dev.cstemplates.core.CstHome;
import dev.cstemplates.core.Failure;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/**
 * Turns what a command threw into a message and an exit code. A {@link Failure} is told as it is; anything else is a bug of
 * ours, and its stack trace is kept in a file.
 */
public final class ExceptionHandler implements IExecutionExceptionHandler {

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT);

    private final App app;
    private final GlobalOptions options;

    public ExceptionHandler(App app, GlobalOptions options) {
        this.app = app;
        this.options = options;
    }

    @Override
    public int handleExecutionException(Exception problem, CommandLine command, ParseResult parsed) {
        var output = app.output();
        int exitCode;
        if (problem instanceof Failure failure) {
            output.error(failure.message());
            if (!failure.remedy().isEmpty()) {
                output.err().println(failure.remedy());
            }
            exitCode = failure.kind().exitCode();
        } else {
            output.error("cst came upon something that it was not written for: " + problem);
            if (!options.stacktrace()) {
                output.err().println(kept(problem));
            }
            exitCode = Failure.Kind.BUILD.exitCode();
        }
        if (options.stacktrace()) {
            output.err().print(trace(problem));
        }
        output.err().flush();
        return exitCode;
    }

    /** Writes the stack trace to a file, for it may not happen again; says where, or how to see it otherwise. */
    private String kept(Exception problem) {
        try {
            var folder = CstHome.made(app.home().root().resolve("crashes"));
            var file = folder.resolve(TIME.format(LocalDateTime.now(app.clock())) + ".txt");
            Files.writeString(file, trace(problem));
            return "This is a bug. What a report of it needs is in " + file;
        } catch (IOException | RuntimeException e) {
            return "This is a bug. Run the command again with --stacktrace to see what a report of it needs.";
        }
    }

    private static String trace(Exception problem) {
        var text = new StringWriter();
        problem.printStackTrace(new PrintWriter(text, true));
        return text.toString();
    }
}
