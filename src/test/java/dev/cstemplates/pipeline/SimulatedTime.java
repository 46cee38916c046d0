package dev.cstemplates.pipeline;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** A clock that only moves when it is told to, and those who sleep by it. */
final class SimulatedTime {

    private final Map<Thread, Duration> wakeAt = new HashMap<>();
    private Duration now = Duration.ZERO;
    private long lastChange = System.currentTimeMillis();

    synchronized Duration now() {
        return now;
    }

    synchronized int sleepers() {
        return wakeAt.size();
    }

    /** When somebody last went to sleep or was woken, in real milliseconds. */
    synchronized long lastChange() {
        return lastChange;
    }

    synchronized void sleep(Duration time) {
        var end = now.plus(time);
        wakeAt.put(Thread.currentThread(), end);
        lastChange = System.currentTimeMillis();
        while (now.compareTo(end) < 0) {
            try {
                wait();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** Moves to the next moment at which somebody wakes. */
    synchronized void advance() {
        now = wakeAt.values().stream().min(Duration::compareTo).orElse(now);
        wakeAt.values().removeIf(end -> end.compareTo(now) <= 0);
        lastChange = System.currentTimeMillis();
        notifyAll();
    }
}
