package dev.cstemplates.host.process;

import java.time.Duration;
import java.time.Instant;

/**
 * A process of this host, told apart from later ones that get the same number.
 *
 * @param pid its number
 * @param started when it was started
 */
public record ProcessId(long pid, Instant started) {

    /** The start is computed from the time since boot: it may differ a little from reading to reading. */
    private static final Duration TOLERANCE = Duration.ofSeconds(2);

    public static ProcessId ofThisProcess() {
        var own = ProcessHandle.current();
        return new ProcessId(own.pid(), own.info().startInstant().orElse(Instant.EPOCH));
    }

    public boolean isAlive() {
        return ProcessHandle.of(pid)
                .flatMap(process -> process.info().startInstant())
                .filter(start -> Duration.between(start, started).abs().compareTo(TOLERANCE) < 0)
                .isPresent();
    }
}
