package dev.cstemplates.guest;

import dev.cstemplates.core.Durations;
import dev.cstemplates.core.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

/** One guest under watch: what it shows, look by look, and how it ends where that is bad. */
final class GuestMonitorSession implements AutoCloseable {

    /** How long a guest that hangs may take to power off: mostly it can't, and its disk is thrown away anyway. */
    private static final Duration GRACE = Duration.ofSeconds(10);

    private final WatchedGuest guest;
    private final LongSupplier told;
    private final LongSupplier nanoTime;
    private final SocketFolder pictures = SocketFolder.make();
    private final GuestMonitor monitor;
    private final SerialLog serial;
    private final StallDetector life;
    private final ScreenshotHistory screens;
    private boolean wasOn;

    /**
     * @param told how often whoever works with the guest has heard from it
     * @param nanoTime a clock that never goes back
     */
    GuestMonitorSession(WatchedGuest guest, LongSupplier told, LongSupplier nanoTime) {
        this.guest = guest;
        this.told = told;
        this.nanoTime = nanoTime;
        this.monitor = new GuestMonitor(guest.monitor(), pictures.resolve("screen.ppm"));
        this.serial = new SerialLog(guest.serialLog(), guest.isInstaller());
        this.life = new StallDetector(nanoTime.getAsLong());
        this.screens = new ScreenshotHistory(guest.evidence());
    }

    /** How a guest ended, and what is left to do about it. */
    record BadEnd(Failure failure, Duration grace) {}

    /** Looks once; how the guest ended, if badly. */
    Optional<BadEnd> look() throws IOException {
        var look = monitor.look();
        if (look.isPresent()) {
            wasOn = true;
            take(look.get());
        }
        var announced = announced();
        if (announced.isPresent()) {
            return Optional.of(new BadEnd(announced.get(), Duration.ZERO));
        }
        if (look.isEmpty()) {
            // Before power-on and after power-off there is nothing that could hang.
            return Optional.empty();
        }
        return brokenDown(look.get().state())
                .map(failure -> new BadEnd(failure, Duration.ZERO))
                .or(this::hanging);
    }

    /** What the console says of a bad end, asked once more when the guest is gone. */
    Optional<Failure> announced() throws IOException {
        var end = serial.end();
        if (end.isEmpty()) {
            return Optional.empty();
        }
        var sighting = end.get();
        return Optional.of(sighting.sign().failure(sighting.line(), serial.tail(), whereToLook()));
    }

    /** Keeps what there is to see of a guest, and powers it off. */
    void end(BadEnd end) throws IOException {
        Files.createDirectories(guest.evidence());
        monitor.keepScreen(guest.screen());
        monitor.powerOff(end.grace());
    }

    @Override
    public void close() {
        monitor.close();
        pictures.close();
    }

    private void take(GuestMonitor.Look look) throws IOException {
        var now = nanoTime.getAsLong();
        var vitals = new GuestActivity(serial.length(), look.written(), look.state(), look.screen(), told.getAsLong());
        if (life.look(vitals, now)) {
            screens.keep(monitor, now);
        }
    }

    /** QEMU itself has stopped the guest. */
    private Optional<Failure> brokenDown(String state) throws IOException {
        return switch (state) {
            case "guest-panicked" ->
                Optional.of(Failure.build("The guest's kernel panicked" + consoleTail(), whereToLook()));
            case "internal-error" ->
                Optional.of(Failure.build(
                                "QEMU could not go on with the guest: its processor met an error of the virtualization"
                                        + consoleTail(),
                                "Look at this host's kernel messages about kvm. " + whereToLook())
                        .worthRetrying());
            case Qmp.IO_ERROR -> Optional.of(Qmp.ioError(monitor.hasNoSpace()));
            default -> Optional.empty();
        };
    }

    private Optional<BadEnd> hanging() {
        var silence = life.silence(nanoTime.getAsLong());
        if (silence.compareTo(guest.stall()) < 0) {
            return Optional.empty();
        }
        try {
            return Optional.of(new BadEnd(stall(silence), GRACE));
        } catch (IOException e) {
            throw Failure.host("The guest's console " + guest.serialLog() + " can't be read: " + e, "")
                    .because(e);
        }
    }

    private Failure stall(Duration silence) throws IOException {
        var message = "The guest hangs: for " + Durations.format(silence)
                + " it has printed nothing, written nothing to its disks and shown nothing new on its screen"
                + consoleTail();
        // An installer that asks a question would ask it again.
        return guest.isInstaller()
                ? Failure.build(
                        message,
                        "An installer that asks something waits like this: see its screen. If it is only slow, give it"
                                + " a longer 'installer.stall'. " + whereToLook())
                : Failure.build(message, whereToLook()).worthRetrying();
    }

    private String consoleTail() throws IOException {
        var tail = serial.tail();
        return tail.isEmpty() ? "; its console is empty" : ". Its console ends with:\n" + tail;
    }

    private String whereToLook() {
        return wasOn
                ? "Its screen: " + guest.screen() + "; its console: " + guest.serialLog()
                : "Its console: " + guest.serialLog();
    }
}
