/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.guest;

import java.nio.file.Path;
import java.time.Duration;

/**
 * A guest that another program starts and {@link GuestWatchdog} monitors.
 *
 * @param monitor socket of QEMU's monitor (QMP), once the guest runs
 * @param serialLog output of its serial port; need not exist yet
 * @param isInstaller whether it runs an installer, whose console messages are matched too
 * @param stall time without progress after which it counts as hanging
 * @param evidence directory for screenshots
 */
public record WatchedGuest(Path monitor, Path serialLog, boolean isInstaller, Duration stall, Path evidence) {

    public WatchedGuest {
        if (!stall.isPositive()) {
            throw new IllegalArgumentException("The stall time must be positive, was: " + stall);
        }
    }

    /** The last screenshot. */
    Path screen() {
        return evidence.resolve("screen.png");
    }
}
