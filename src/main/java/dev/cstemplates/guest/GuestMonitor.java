/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.guest;

import dev.cstemplates.core.Failure;
import dev.cstemplates.core.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Polls a guest through its monitor, which exists only while QEMU runs. */
final class GuestMonitor implements AutoCloseable {

    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final Duration POLL_INTERVAL = Duration.ofMillis(100);

    private final Path socket;
    private final Path picture;
    private @Nullable Qmp qmp;

    /** @param picture file for screenshots, in a directory where QEMU may write */
    GuestMonitor(Path socket, Path picture) {
        this.socket = socket;
        this.picture = picture;
    }

    /**
     * The state of a running guest.
     *
     * @param screen digest of the screenshot in {@link #picture}; null if it has no screen
     */
    record GuestState(String state, long written, @Nullable String screen) {}

    /** The state of the guest; empty if its monitor does not answer. */
    Optional<GuestState> poll() {
        try {
            var connected = connected();
            return connected == null
                    ? Optional.empty()
                    : Optional.of(new GuestState(connected.status(), connected.written(), screen(connected)));
        } catch (Failure failure) {
            return disconnected(failure);
        }
    }

    /** Whether the guest is stopped because the host's disk is full. */
    boolean hasNoSpace() {
        try {
            var connected = connected();
            return connected != null && connected.hasNoSpace();
        } catch (Failure failure) {
            return disconnected(failure).isPresent();
        }
    }

    /** Writes the last screenshot as PNG, if there is one. */
    void keepScreen(Path png) throws IOException {
        if (Files.exists(picture)) {
            Screenshot.readPpm(picture).writePng(png);
        }
    }

    /** Powers the guest off: presses its power button, and ends QEMU after {@code grace}. */
    void powerOff(Duration grace) {
        try {
            var connected = connected();
            if (connected == null) {
                return;
            }
            if (grace.isPositive()) {
                connected.pressPowerButton();
                var deadline = System.nanoTime() + grace.toNanos();
                while (System.nanoTime() < deadline && !connected.status().equals("shutdown")) {
                    Thread.sleep(POLL_INTERVAL);
                }
            }
            connected.quit();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Failure failure) {
            // QEMU has exited.
            disconnected(failure);
        }
    }

    @Override
    public void close() {
        if (qmp != null) {
            qmp.close();
            qmp = null;
        }
    }

    private @Nullable Qmp connected() {
        if (qmp == null && Files.exists(socket)) {
            try {
                qmp = Qmp.connect(socket, TIMEOUT);
            } catch (IOException e) {
                // QEMU has just created its socket, or has just exited.
                return null;
            }
        }
        return qmp;
    }

    private @Nullable String screen(Qmp connected) {
        try {
            connected.screendump(picture);
            return Sha256.of(picture).hex();
        } catch (Failure failure) {
            if (failure.kind() == Failure.Kind.CANCELLED) {
                throw failure;
            }
            // A machine without a display; if the connection is lost, the next command fails.
            return null;
        } catch (IOException e) {
            return null;
        }
    }

    private Optional<GuestState> disconnected(Failure failure) {
        if (failure.kind() == Failure.Kind.CANCELLED) {
            throw failure;
        }
        close();
        return Optional.empty();
    }
}
