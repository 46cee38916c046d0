package dev.cstemplates.guest;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Tells a guest that works from one that hangs.
 *
 * <p>Output, writes and a change of state are signs of life as such. A screen is one only if it shows what it has not shown since the
 * last other sign: a cursor that blinks, or a wheel that turns, shows the same few pictures over and over, and neither counts as
 * progress nor hides that there is none.
 */
final class StallDetector {

    private static final int MOST_SCREENS = 10_000;

    private final Set<String> screens = new HashSet<>();
    private @Nullable GuestActivity last;
    private long aliveAt;

    /** @param now in nanoseconds, of a clock that never goes back */
    StallDetector(long now) {
        this.aliveAt = now;
    }

    /** Takes a look into account; whether the screen shows something new. */
    boolean look(GuestActivity seen, long now) {
        var before = last;
        last = seen;
        if (before == null || seen.hasMovedOnFrom(before)) {
            aliveAt = now;
            screens.clear();
        }
        var screen = seen.screen();
        if (screen == null || screens.size() >= MOST_SCREENS || !screens.add(screen)) {
            return false;
        }
        aliveAt = now;
        return true;
    }

    /** How long there has been no sign of life. */
    Duration silence(long now) {
        return Duration.ofNanos(now - aliveAt);
    }
}
