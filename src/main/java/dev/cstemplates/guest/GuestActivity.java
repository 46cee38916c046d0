package dev.cstemplates.guest;

import org.jspecify.annotations.Nullable;

/**
 * What a guest shows at one look.
 *
 * @param printed bytes on its serial console
 * @param written bytes that it has written to its disks
 * @param state as QEMU calls it, for example {@code running}; empty while nobody can be asked
 * @param screen digest of its screen; null where none could be seen
 * @param told how often whoever works with the guest has heard from it
 */
record GuestActivity(
        long printed, long written, String state, @Nullable String screen, long told) {

    /** Whether anything but the screen differs. */
    boolean hasMovedOnFrom(GuestActivity before) {
        return printed != before.printed
                || written != before.written
                || told != before.told
                || !state.equals(before.state);
    }
}
