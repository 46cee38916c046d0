package dev.cstemplates.guest;

import java.nio.file.Path;
import java.time.Duration;

/**
 * A guest that somebody else starts, and {@link GuestWatchdog} looks after.
 *
 * @param monitor where QEMU's monitor (QMP) listens once the guest is on
 * @param serialLog what the guest writes to its serial port; may not be there yet
 * @param isInstaller whether it runs an installer, whose words on the console count then
 * @param stall it hangs when it has shown no sign of life for so long
 * @param evidence folder for pictures of its screen
 */
public record WatchedGuest(Path monitor, Path serialLog, boolean isInstaller, Duration stall, Path evidence) {

    public WatchedGuest {
        if (!stall.isPositive()) {
            throw new IllegalArgumentException("A guest has some time before it counts as hanging, was: " + stall);
        }
    }

    /** The picture of the screen as it was in the end. */
    Path screen() {
        return evidence.resolve("screen.png");
    }
}
