package dev.cstemplates.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.cstemplates.core.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** With fake work and a fake QEMU monitor. */
class GuestWatchdogTest {

    private static final Pattern QUESTION = Pattern.compile("\"execute\":\"([a-z_-]+)\"");
    private static final Pattern ID = Pattern.compile("\"id\":(\\d+)");

    @TempDir
    Path folder;

    private final CountDownLatch never = new CountDownLatch(1);
    private final AtomicReference<String> work = new AtomicReference<>("");
    private Path serial;

    @BeforeEach
    void writeAConsole() throws IOException {
        serial = Files.writeString(folder.resolve("serial.log"), "[ 0.0] Linux version 6.1\n");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        io-error       | nospace | HOST  | true  | disk is full
        io-error       | failed  | HOST  | true  | write to this host
        internal-error | ok      | BUILD | true  | virtualization
        guest-panicked | ok      | BUILD | false | panicked
        """)
    void stoppedGuestIsReportedWithItsCause(
            String state, String ioStatus, Failure.Kind kind, boolean isTransient, String text) throws IOException {
        try (var qemu = qemu(state, ioStatus)) {
            var failure = catchThrowableOfType(Failure.class, () -> watch(qemu.path));

            assertThat(failure.kind()).isEqualTo(kind);
            assertThat(failure.isTransient()).isEqualTo(isTransient);
            assertThat(failure.message()).contains(text);
            assertThat(failure.remedy()).isNotBlank();
            assertThat(work.get()).isEqualTo("interrupted");
        }
    }

    @Test
    void fatalConsoleErrorOverridesSuccess() throws IOException {
        Files.writeString(serial, "[ 3.1] Kernel panic - not syncing: VFS: Unable to mount root fs\n");

        assertThatThrownBy(() -> new GuestWatchdog().over(watched(folder.resolve("none")), alive -> "a disk"))
                .isInstanceOf(Failure.class)
                .hasMessageContaining("kernel panicked")
                .hasMessageContaining("Unable to mount root fs");
    }

    @Test
    void consoleErrorReplacesALostConnection() throws IOException {
        Files.writeString(serial, "grub rescue> ");

        assertThat(failureOf(Failure.build("The guest did not let Packer in over SSH in time", "")))
                .hasMessageContaining("boot loader")
                .hasRootCauseMessage("The guest did not let Packer in over SSH in time");
    }

    @Test
    void hostAndRemoteFailuresOfTheWorkAreKept() throws IOException {
        Files.writeString(serial, "grub rescue> ");
        var failure = Failure.remote("The mirror sleeps", "", true);

        assertThat(failureOf(failure)).isSameAs(failure);
    }

    @Test
    void interruptingTheCallerEndsTheWork() throws InterruptedException {
        var outcome = new AtomicReference<Throwable>();
        var caller = Thread.ofPlatform().start(() -> outcome.set(catchThrowable(() -> watch(folder.resolve("none")))));
        caller.interrupt();
        caller.join();

        assertThat(outcome.get())
                .isInstanceOfSatisfying(
                        Failure.class, failure -> assertThat(failure.kind()).isEqualTo(Failure.Kind.CANCELLED));
        assertThat(work.get()).isEqualTo("interrupted");
    }

    private Throwable failureOf(Failure failure) {
        return catchThrowable(() -> new GuestWatchdog().over(watched(folder.resolve("none")), alive -> {
            throw failure;
        }));
    }

    /** Watches work that runs until it is interrupted. */
    private String watch(Path monitor) {
        return new GuestWatchdog().over(watched(monitor), alive -> {
            try {
                never.await();
                return "never";
            } catch (InterruptedException e) {
                work.set("interrupted");
                return "interrupted";
            }
        });
    }

    private WatchedGuest watched(Path monitor) {
        // A shorter stall time means more frequent polls.
        return new WatchedGuest(monitor, serial, false, Duration.ofSeconds(10), folder.resolve("evidence"));
    }

    /** A monitor of a guest without a screen. */
    private static FakeSocket qemu(String state, String ioStatus) throws IOException {
        return new FakeSocket(peer -> {
            peer.send("{\"QMP\": {\"version\": {}, \"capabilities\": []}}\n");
            for (var question = peer.hear(); !question.isEmpty(); question = peer.hear()) {
                var id = ID.matcher(question);
                var asked = QUESTION.matcher(question);
                assertThat(id.find() && asked.find()).isTrue();
                var answer = switch (asked.group(1)) {
                    case "query-status" -> "\"return\": {\"status\": \"" + state + "\"}";
                    case "query-blockstats" -> "\"return\": [{\"stats\": {\"wr_bytes\": 1}}]";
                    case "query-block" -> "\"return\": [{\"io-status\": \"" + ioStatus + "\"}]";
                    case "screendump" -> "\"error\": {\"desc\": \"no screen\"}";
                    default -> "\"return\": {}";
                };
                peer.send("{" + answer + ", \"id\": " + id.group(1) + "}\n");
            }
        });
    }
}
