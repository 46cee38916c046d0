package dev.cstemplates.engine;

import dev.cstemplates.host.process.ProcessId;
import java.time.Instant;
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

    /** This process. */
    public static WorkerName ofThisProcess(String host) {
        var process = ProcessId.ofThisProcess();
        return new WorkerName(host, process.pid(), process.started());
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
        return host.equals(thisHost) && !new ProcessId(pid, started).isAlive();
    }

    /** {@code kvm-7/4711-1764000000000}. */
    @Override
    public String toString() {
        return host + "/" + pid + "-" + started.toEpochMilli();
    }
}
