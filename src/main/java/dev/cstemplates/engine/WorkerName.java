package dev.cstemplates.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A process that builds, so named that another process of the same host can tell whether it still lives.
 *
 * @param host name of its host
 * @param pid its process id
 * @param started when it was started; with the id it is never given to another process
 */
public record WorkerName(String host, long pid, Instant started) {

    private static final Pattern FORM = Pattern.compile("(.+)/(\\d+)-(\\d+)");

    /** The start is computed from the time since boot: it may differ a little from reading to reading. */
    private static final Duration TOLERANCE = Duration.ofSeconds(2);

    /** This process. */
    public static WorkerName ofThisProcess(String host) {
        var process = ProcessHandle.current();
        return new WorkerName(host, process.pid(), process.info().startInstant().orElse(Instant.EPOCH));
    }

    static WorkerName parse(String text) {
        var parts = FORM.matcher(text);
        if (!parts.matches()) {
            throw new IllegalArgumentException("No name of a worker: " + text);
        }
        return new WorkerName(
                parts.group(1), Long.parseLong(parts.group(2)), Instant.ofEpochMilli(Long.parseLong(parts.group(3))));
    }

    /** Whether the process is gone for certain: only its own host can know. */
    boolean isDeadOn(String thisHost) {
        return host.equals(thisHost)
                && Optional.of(pid)
                        .flatMap(ProcessHandle::of)
                        .flatMap(process -> process.info().startInstant())
                        .filter(start -> Duration.between(start, started).abs().compareTo(TOLERANCE) < 0)
                        .isEmpty();
    }

    /** {@code kvm-7/4711-1764000000000}. */
    @Override
    public String toString() {
        return host + "/" + pid + "-" + started.toEpochMilli();
    }
}
