package dev.cstemplates.host.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;

/**
 * Ends programs that a killed {@code cst} left running. Every program that {@link Processes} starts, and whatever that starts in turn,
 * carries a mark in its environment that names the {@code cst} process. A program is ended only if its mark proves that this {@code cst} ran
 * in the same pid namespace, for the same home, and is gone.
 */
public final class OrphanProcessReaper {

    /** The environment variable with the mark: {@code <pid namespace>/<process>@<home>}. */
    static final String MARK = "CST_STARTED_BY";

    /** A program that waits for a broken disk cannot be killed. */
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private static final Duration PAUSE = Duration.ofMillis(20);

    private static final Pattern FORM = Pattern.compile("(.+)/([0-9a-f-]+)@(.*)");

    private OrphanProcessReaper() {}

    /** The mark of programs that this process starts; inherited where another {@code cst} started this process. */
    static String mark(Path home) {
        var inherited = System.getenv(MARK);
        return inherited != null
                ? inherited
                : pidNamespace().orElse("unknown") + "/" + ProcessId.ofThisProcess() + "@" + home;
    }

    /**
     * Ends the programs that were started for {@code home} by processes that are gone, and waits until they are: they write no more files
     * then. A program that starts others while it is killed is found by the next pass.
     */
    public static void end(Path home) {
        var deadline = System.nanoTime() + LIMIT.toNanos();
        for (var orphans = of(home); !orphans.isEmpty() && System.nanoTime() < deadline; orphans = of(home)) {
            orphans.forEach(ProcessHandle::destroyForcibly);
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }

    private static List<ProcessHandle> of(Path home) {
        var self = ProcessHandle.current();
        return ProcessHandle.allProcesses()
                .filter(process -> !process.equals(self)
                        && markOf(process).filter(mark -> isOrphan(mark, home)).isPresent())
                .toList();
    }

    /** Empty for a process that has ended, too: its memory is gone. */
    private static Optional<String> markOf(ProcessHandle process) {
        try {
            var environment = Files.readString(
                    Path.of("/proc", Long.toString(process.pid()), "environ"), StandardCharsets.ISO_8859_1);
            return Arrays.stream(environment.split("\0"))
                    .filter(each -> each.startsWith(MARK + "="))
                    .map(each -> each.substring(MARK.length() + 1))
                    .findFirst();
        } catch (IOException e) {
            // The process belongs to another user, or has exited.
            return Optional.empty();
        }
    }

    static boolean isOrphan(String mark, Path home) {
        var parts = FORM.matcher(mark);
        return parts.matches()
                && pidNamespace().filter(parts.group(1)::equals).isPresent()
                && parts.group(3).equals(home.toString())
                && ProcessId.parse(parts.group(2))
                        .filter(owner -> !owner.bootId().isEmpty() && !owner.isAlive())
                        .isPresent();
    }

    /** Process ids are unique only within their namespace: a container's differ from its host's. */
    private static Optional<String> pidNamespace() {
        try {
            return Optional.of(
                    Files.readSymbolicLink(Path.of("/proc/self/ns/pid")).toString());
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
