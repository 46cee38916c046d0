package dev.cstemplates.publish;

import dev.cstemplates.core.Sleeper;
import java.time.Clock;
import java.time.Duration;

/**
 * How often to look and how long to wait.
 *
 * @param pause between two looks; the server's own view moves every 10 s for downloads, every 60 s for uploads
 * @param stall a template whose state has not changed for this long is given up
 */
public record PollingPolicy(Duration pause, Duration stall, Clock clock, Sleeper sleeper) {

    public static PollingPolicy usual() {
        return new PollingPolicy(Duration.ofSeconds(5), Duration.ofMinutes(30), Clock.systemUTC(), Sleeper.SYSTEM);
    }

    void pause(String what) {
        sleeper.sleep(pause, what);
    }
}
