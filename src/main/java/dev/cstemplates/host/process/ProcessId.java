package dev.cstemplates.host.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A process of this host, distinct from later ones with the same number.
 *
 * <p>Its start is counted by the kernel since boot. A wall-clock time would change whenever the clock is set.
 *
 * @param pid process id
 * @param startTicks clock ticks from boot to its start (proc(5), {@code /proc/PID/stat} field 22)
 * @param bootId of the boot that it belongs to; empty if unknown
 */
public record ProcessId(long pid, long startTicks, String bootId) {

    private static final Pattern FORM = Pattern.compile("(\\d{1,18})-(\\d{1,18})(?:-([0-9a-f-]+))?");

    /** Fields of {@code /proc/PID/stat} after the program's name: the third is at index 0. */
    private static final int STATE = 0;

    private static final int FLAGS = 6;

    private static final int START_TIME = 19;

    /** Of {@code FLAGS}: the kernel is ending the process. It releases file locks before it makes it a zombie. */
    private static final long EXITING = 0x4;

    /** The calling process. */
    public static ProcessId ofThisProcess() {
        var pid = ProcessHandle.current().pid();
        return new ProcessId(pid, startOf(pid).orElse(0L), thisBoot());
    }

    /** Parses {@link #toString}; empty for any other text. */
    public static Optional<ProcessId> parse(String text) {
        var parts = FORM.matcher(text);
        return parts.matches()
                ? Optional.of(new ProcessId(
                        Long.parseLong(parts.group(1)),
                        Long.parseLong(parts.group(2)),
                        parts.group(3) == null ? "" : parts.group(3)))
                : Optional.empty();
    }

    /** Whether the process still runs; a zombie does not, nor does a process that the kernel is ending. */
    public boolean isAlive() {
        return bootId.equals(thisBoot())
                && startOf(pid).filter(start -> start == startTicks).isPresent();
    }

    /** {@code 4711-123456-0b9fbf30-…}. */
    @Override
    public String toString() {
        return pid + "-" + startTicks + (bootId.isEmpty() ? "" : "-" + bootId);
    }

    private static Optional<Long> startOf(long pid) {
        try {
            var stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
            // The name may contain spaces and parentheses.
            var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            var isGone = fields[STATE].equals("Z")
                    || fields[STATE].equals("X")
                    || (Long.parseLong(fields[FLAGS]) & EXITING) != 0;
            return isGone ? Optional.empty() : Optional.of(Long.parseLong(fields[START_TIME]));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static String thisBoot() {
        try {
            return Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
        } catch (IOException e) {
            return "";
        }
    }
}
