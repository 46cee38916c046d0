package dev.cstemplates.host.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Programs that a killed {@code cst} has left running. Every program that {@link Processes} starts, and whatever that starts in turn,
 * carries a mark in its environment: the process id and start of the {@code cst} that it works for. Where that is gone, nobody
 * waits for the program any more.
 */
public final class OrphanProcessReaper {

    /** The mark: {@code <pid namespace>/<pid>-<start in ms>@<home>}. */
    static final String MARK = "CST_STARTED_BY";

    private static final Pattern FORM = Pattern.compile("(.+)/(\\d+)-(\\d+)@(.*)");

    private OrphanProcessReaper() {}

    /** The mark of programs that this process starts: its own, or that of the {@code cst} that has started it. */
    static String mark(Path home) {
        var inherited = System.getenv(MARK);
        if (inherited != null) {
            return inherited;
        }
        var own = ProcessId.ofThisProcess();
        return world() + "/" + own.pid() + "-" + own.started().toEpochMilli() + "@" + home;
    }

    /** Ends the programs that processes which are gone have started for {@code home}. */
    public static void end(Path home) {
        ProcessHandle.allProcesses()
                .filter(process ->
                        markOf(process).filter(mark -> isOrphan(mark, home)).isPresent())
                .forEach(ProcessHandle::destroyForcibly);
    }

    private static Optional<String> markOf(ProcessHandle process) {
        try {
            var environment = Files.readString(
                    Path.of("/proc", Long.toString(process.pid()), "environ"), StandardCharsets.ISO_8859_1);
            return Arrays.stream(environment.split("\0"))
                    .filter(each -> each.startsWith(MARK + "="))
                    .map(each -> each.substring(MARK.length() + 1))
                    .findFirst();
        } catch (IOException e) {
            // Somebody else's, or ended meanwhile.
            return Optional.empty();
        }
    }

    private static boolean isOrphan(String mark, Path home) {
        var parts = FORM.matcher(mark);
        return parts.matches()
                && parts.group(1).equals(world())
                && parts.group(4).equals(home.toString())
                && !new ProcessId(Long.parseLong(parts.group(2)), Instant.ofEpochMilli(Long.parseLong(parts.group(3))))
                        .isAlive();
    }

    /** Process ids mean something only within their namespace: a container's are others than its host's. */
    private static String world() {
        try {
            return Files.readSymbolicLink(Path.of("/proc/self/ns/pid")).toString();
        } catch (IOException e) {
            return "?";
        }
    }
}
