/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.guest;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Detects a hanging guest.
 *
 * <p>Console output, disk writes and a change of state are progress. A screen counts only if it has not been seen since the last other
 * progress: a blinking cursor or a spinner shows the same few screens again and again.
 */
final class StallDetector {

    private static final int MAX_SCREENS = 10_000;

    private final Set<String> screens = new HashSet<>();
    private @Nullable GuestActivity last;
    private long aliveAt;

    /** @param now nanoseconds of a monotonic clock */
    StallDetector(long now) {
        this.aliveAt = now;
    }

    /** Records a poll; returns whether the screen is new. */
    boolean isNewScreen(GuestActivity seen, long now) {
        var before = last;
        last = seen;
        if (before == null || seen.differsFrom(before)) {
            aliveAt = now;
            screens.clear();
        }
        var screen = seen.screen();
        if (screen == null || screens.size() >= MAX_SCREENS || !screens.add(screen)) {
            return false;
        }
        aliveAt = now;
        return true;
    }

    /** Time since the last progress. */
    Duration silence(long now) {
        return Duration.ofNanos(now - aliveAt);
    }
}
