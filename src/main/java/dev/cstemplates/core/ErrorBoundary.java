package dev.cstemplates.core;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * The one place that turns whatever was thrown into a {@link Failure}: builds and commands report errors through it. A failure stays
 * as it is. What this host has run out of (disk, memory, file descriptors) is a failure of the host. Everything else is a bug in cst.
 * The stack trace of both is saved in {@code $CST_HOME/crashes}, because the error may not be reproducible.
 */
public final class ErrorBoundary {

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT);

    private final Supplier<CstHome> home;
    private final Clock clock;

    public ErrorBoundary(Supplier<CstHome> home, Clock clock) {
        this.home = home;
        this.clock = clock;
    }

    /** What to report for {@code thrown}; never throws. */
    public Failure failure(Throwable thrown) {
        if (thrown instanceof Failure failure) {
            return failure;
        }
        var report = writeCrashReport(thrown);
        return ResourceExhaustion.of(thrown)
                .map(failure -> report.isEmpty()
                        ? failure
                        : Failure.host(failure.message(), failure.remedy() + "\nThe stack trace is in " + report + ".")
                                .worthRetrying())
                .orElseGet(() -> Failure.build(
                        "Internal error: " + thrown,
                        report.isEmpty()
                                ? "This is a bug. Run the command again with --stacktrace and report what it prints."
                                : "This is a bug. Please report it with the stack trace in " + report + "."))
                .because(thrown);
    }

    /** The stack trace with all causes. */
    public static String stackTrace(Throwable thrown) {
        var text = new StringWriter();
        thrown.printStackTrace(new PrintWriter(text, true));
        return text.toString();
    }

    /** The file, or empty if it cannot be written. */
    private String writeCrashReport(Throwable thrown) {
        try {
            Path folder = home.get().root().resolve("crashes");
            var name = TIME.format(LocalDateTime.now(clock)) + "-"
                    + UUID.randomUUID().toString().substring(0, 8);
            var file = folder.resolve(name + ".txt");
            var text = "cst on Java %s, thread %s%n%n%s"
                    .formatted(Runtime.version(), Thread.currentThread().getName(), stackTrace(thrown));
            AtomicFiles.write(file, text, AtomicFiles.OWNER_ONLY);
            return file.toString();
        } catch (IOException | RuntimeException | OutOfMemoryError e) {
            // The first error is the one to report.
            return "";
        }
    }
}
