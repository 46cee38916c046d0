/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.core;

import java.time.Duration;

/** Waits for a while. Production code uses {@link #SYSTEM}; tests record the pauses or advance a clock. */
@FunctionalInterface
public interface Sleeper {

    Sleeper SYSTEM = Thread::sleep;

    void sleep(Duration pause) throws InterruptedException;

    /**
     * Waits as part of an activity.
     *
     * @param activity names what an interruption cancels, such as "Downloading x.iso"
     * @throws Failure of kind cancelled if the thread is interrupted; it stays interrupted
     */
    default void sleep(Duration pause, String activity) {
        try {
            sleep(pause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Failure.cancelled(activity).because(e);
        }
    }
}
