/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.guest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/** The last screenshots of a guest: {@code screen-001.png} and so on; older ones are deleted. */
final class ScreenshotHistory {

    private static final int KEPT = 5;
    private static final Duration BETWEEN = Duration.ofMinutes(1);

    private final Path folder;
    private final Deque<Path> kept = new ArrayDeque<>();
    private long lastAt;
    private int count;

    ScreenshotHistory(Path folder) {
        this.folder = folder;
    }

    /** Saves the last screenshot of {@code monitor}, at most one per minute. */
    void keep(GuestMonitor monitor, long now) throws IOException {
        if (count > 0 && now - lastAt < BETWEEN.toNanos()) {
            return;
        }
        lastAt = now;
        count++;
        var file = Files.createDirectories(folder).resolve("screen-%03d.png".formatted(count));
        monitor.keepScreen(file);
        kept.addLast(file);
        if (kept.size() > KEPT) {
            Files.deleteIfExists(kept.removeFirst());
        }
    }
}
