package dev.cstemplates.guest;

import dev.cstemplates.core.Durations;
import dev.cstemplates.core.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

/** Monitors one guest: its activity, and how it fails. */
final class GuestMonitorSession implements AutoCloseable {

    /** Time for a hanging guest to power off: usually it cannot, and its disk is discarded anyway. */
    private static final Duration GRACE = Duration.ofSeconds(10);

    private final WatchedGuest guest;
    private final LongSupplier notified;
    private final LongSupplier nanoTime;
    private final SocketFolder pictures = SocketFolder.create();
    private final GuestMonitor monitor;
    private final SerialLog serial;
    private final StallDetector stalls;
    private final ScreenshotHistory screens;
    private boolean wasOn;

    /**
     * @param notified how often the program that works with the guest reported progress
     * @param nanoTime monotonic clock
     */
    GuestMonitorSession(WatchedGuest guest, LongSupplier notified, LongSupplier nanoTime) {
        this.guest = guest;
        this.notified = notified;
        this.nanoTime = nanoTime;
        this.monitor = new GuestMonitor(guest.monitor(), pictures.resolve("screen.ppm"));
        this.serial = new SerialLog(guest.serialLog(), guest.isInstaller());
        this.stalls = new StallDetector(nanoTime.getAsLong());
        this.screens = new ScreenshotHistory(guest.evidence());
    }

    /** How a guest failed, and how long it may take to power off. */
    record GuestFailure(Failure failure, Duration grace) {}

    /** Polls once; returns how the guest failed, if it did. */
    Optional<GuestFailure> poll() throws IOException {
        var state = monitor.poll();
        if (state.isPresent()) {
            wasOn = true;
            record(state.get());
        }
        var announced = announced();
        if (announced.isPresent()) {
            return Optional.of(new GuestFailure(announced.get(), Duration.ZERO));
        }
        if (state.isEmpty()) {
            // A guest that is off cannot hang.
            return Optional.empty();
        }
        return brokenDown(state.get().state())
                .map(failure -> new GuestFailure(failure, Duration.ZERO))
                .or(this::hanging);
    }

    /** A fatal error on the console; checked again after the guest is gone. */
    Optional<Failure> announced() throws IOException {
        var match = serial.fatal();
        if (match.isEmpty()) {
            return Optional.empty();
        }
        var found = match.get();
        return Optional.of(found.pattern().failure(found.line(), serial.tail(), evidence()));
    }

    /** Saves a screenshot and powers the guest off. */
    void end(GuestFailure end) throws IOException {
        Files.createDirectories(guest.evidence());
        monitor.keepScreen(guest.screen());
        monitor.powerOff(end.grace());
    }

    @Override
    public void close() {
        monitor.close();
        pictures.close();
    }

    private void record(GuestMonitor.GuestState state) throws IOException {
        var now = nanoTime.getAsLong();
        var activity = new GuestActivity(
                serial.length(), state.written(), state.state(), state.screen(), notified.getAsLong());
        if (stalls.isNewScreen(activity, now)) {
            screens.keep(monitor, now);
        }
    }

    /** Whether QEMU stopped the guest. */
    private Optional<Failure> brokenDown(String state) throws IOException {
        return switch (state) {
            case "guest-panicked" ->
                Optional.of(Failure.build("The guest's kernel panicked" + consoleTail(), evidence()));
            case "internal-error" ->
                Optional.of(Failure.build(
                                "QEMU stopped the guest after an error of the virtualization" + consoleTail(),
                                "Check this host's kernel messages about kvm. " + evidence())
                        .worthRetrying());
            case Qmp.IO_ERROR -> Optional.of(Qmp.ioError(monitor.hasNoSpace()));
            default -> Optional.empty();
        };
    }

    private Optional<GuestFailure> hanging() {
        var silence = stalls.silence(nanoTime.getAsLong());
        if (silence.compareTo(guest.stall()) < 0) {
            return Optional.empty();
        }
        try {
            return Optional.of(new GuestFailure(stall(silence), GRACE));
        } catch (IOException e) {
            throw Failure.host("Cannot read the guest's console " + guest.serialLog() + ": " + e, "")
                    .because(e);
        }
    }

    private Failure stall(Duration silence) throws IOException {
        var message = "The guest hangs: for " + Durations.format(silence)
                + " there was no console output, no disk write and no new screen"
                + consoleTail();
        // An installer that asks a question would ask again.
        return guest.isInstaller()
                ? Failure.build(
                        message,
                        "Check the screenshot: the installer may wait for an answer. If it is only slow, increase"
                                + " 'installer.stall'. " + evidence())
                : Failure.build(message, evidence()).worthRetrying();
    }

    private String consoleTail() throws IOException {
        var tail = serial.tail();
        return tail.isEmpty() ? "; its console is empty" : ". Its console ends with:\n" + tail;
    }

    private String evidence() {
        return wasOn
                ? "Its screen: " + guest.screen() + "; its console: " + guest.serialLog()
                : "Its console: " + guest.serialLog();
    }
}
