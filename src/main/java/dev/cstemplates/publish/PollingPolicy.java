package dev.cstemplates.publish;

import dev.cstemplates.cloudstack.RetryPolicy;
import dev.cstemplates.core.Failure;
import java.time.Clock;
import java.time.Duration;

/**
 * How often to look and how long to wait.
 *
 * @param pause between two looks; the server's own view moves every 10 s for downloads, every 60 s for uploads
 * @param stall a template whose state has not changed for this long is given up
 */
public record PollingPolicy(Duration pause, Duration stall, Clock clock, RetryPolicy.Sleeper sleeper) {

    public static PollingPolicy usual() {
        return new PollingPolicy(Duration.ofSeconds(5), Duration.ofMinutes(30), Clock.systemUTC(), Thread::sleep);
    }

    void pause(String what) {
        try {
            sleeper.sleep(pause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Failure.cancelled(what).because(e);
        }
    }
}
