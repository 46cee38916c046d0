/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.pipeline;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** A clock that moves only on request, and the threads that sleep on it. */
final class SimulatedTime {

    private final Map<Thread, Duration> wakeAt = new HashMap<>();
    private Duration now = Duration.ZERO;

    synchronized Duration now() {
        return now;
    }

    synchronized int sleepers() {
        return wakeAt.size();
    }

    synchronized void sleep(Duration time) {
        var end = now.plus(time);
        wakeAt.put(Thread.currentThread(), end);
        while (now.compareTo(end) < 0) {
            try {
                wait();
            } catch (InterruptedException e) {
                wakeAt.remove(Thread.currentThread());
                throw new IllegalStateException(e);
            }
        }
    }

    /** Moves to the next moment at which a thread wakes. */
    synchronized void advance() {
        now = wakeAt.values().stream().min(Duration::compareTo).orElse(now);
        wakeAt.values().removeIf(end -> end.compareTo(now) <= 0);
        notifyAll();
    }
}
