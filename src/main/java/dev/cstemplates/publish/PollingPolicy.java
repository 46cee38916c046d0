/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.publish;

import dev.cstemplates.core.Sleeper;
import java.time.Clock;
import java.time.Duration;

/**
 * How often to poll a template's state and how long to wait for a change.
 *
 * @param pause between two polls; the server's own state changes every 10 s for downloads, every 60 s for uploads
 * @param stall how long a template's state may stay the same before it is given up
 */
public record PollingPolicy(Duration pause, Duration stall, Clock clock, Sleeper sleeper) {

    /** Polls every 5 s and gives up after 30 min without a change. */
    public static final PollingPolicy DEFAULT =
            new PollingPolicy(Duration.ofSeconds(5), Duration.ofMinutes(30), Clock.systemUTC(), Sleeper.SYSTEM);

    /** @param activity names what an interruption cancels */
    void pause(String activity) {
        sleeper.sleep(pause, activity);
    }
}
