/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.guest;

import org.jspecify.annotations.Nullable;

/**
 * The activity of a guest at one poll.
 *
 * @param printed bytes on its serial console
 * @param written bytes written to its disks
 * @param state as QEMU calls it, for example {@code running}; empty while its monitor does not answer
 * @param screen digest of its screen; null if unavailable
 * @param notified how often the program that works with the guest reported progress
 */
record GuestActivity(
        long printed, long written, String state, @Nullable String screen, long notified) {

    /** Whether anything but the screen changed. */
    boolean differsFrom(GuestActivity before) {
        return printed != before.printed
                || written != before.written
                || notified != before.notified
                || !state.equals(before.state);
    }
}
