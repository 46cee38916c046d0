package dev.cstemplates.guest;

import dev.cstemplates.core.Failure;
import dev.cstemplates.core.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Looks at a guest through its monitor, whenever there is one: before the guest is on and after it is off nobody listens there. */
final class GuestMonitor implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(100);

    private final Path socket;
    private final Path picture;
    private @Nullable Qmp qmp;

    /** @param picture file that screens are written to while they are looked at, in a folder where QEMU may write */
    GuestMonitor(Path socket, Path picture) {
        this.socket = socket;
        this.picture = picture;
    }

    /**
     * What a guest that is on looks like.
     *
     * @param screen digest of its picture, which lies in {@link #picture}; null where it has no screen
     */
    record Look(String state, long written, @Nullable String screen) {}

    /** A look at the guest; empty where its monitor does not answer. */
    Optional<Look> look() {
        try {
            var connected = connected();
            return connected == null
                    ? Optional.empty()
                    : Optional.of(new Look(connected.status(), connected.written(), screen(connected)));
        } catch (Failure failure) {
            return nobodyThere(failure);
        }
    }

    /** Whether the guest stands still because the host's disk is full. */
    boolean hasNoSpace() {
        try {
            var connected = connected();
            return connected != null && connected.hasNoSpace();
        } catch (Failure failure) {
            return nobodyThere(failure).isPresent();
        }
    }

    /** Writes the screen, as it was at the last look, as a PNG picture; nothing where there is none. */
    void keepScreen(Path png) throws IOException {
        if (Files.exists(picture)) {
            Screenshot.readPpm(picture).writePng(png);
        }
    }

    /** Powers the guest off: by its power button, which it has {@code grace} to act upon, and by the plug then. */
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
                    Thread.sleep(BETWEEN_LOOKS);
                }
            }
            connected.quit();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Failure failure) {
            // Its monitor is gone, and it with it.
            nobodyThere(failure);
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
                qmp = Qmp.connect(socket, PATIENCE);
            } catch (IOException e) {
                // QEMU has just made its socket, or has just ended.
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
            // A machine without a display; if it is the connection that is gone, the next question tells.
            return null;
        } catch (IOException e) {
            return null;
        }
    }

    private Optional<Look> nobodyThere(Failure failure) {
        if (failure.kind() == Failure.Kind.CANCELLED) {
            throw failure;
        }
        close();
        return Optional.empty();
    }
}
