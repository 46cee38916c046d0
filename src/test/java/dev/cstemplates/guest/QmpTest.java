package dev.cstemplates.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cstemplates.core.Failure;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class QmpTest {

    private static final String GREETING = "{\"QMP\": {\"version\": {}, \"capabilities\": []}}\r\n";
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    @Test
    void readsTheAnswerToItsOwnCommandPastEventsAndLateAnswers() throws Exception {
        try (var fake = new FakeSocket(peer -> {
                    peer.say(GREETING);
                    peer.hear();
                    peer.say("{\"return\": {}, \"id\": 1}\r\n");
                    assertThat(peer.hear()).contains("\"query-status\"");
                    peer.say("{\"event\": \"NIC_RX_FILTER_CHANGED\", \"data\": {}}\r\n");
                    peer.say("{\"return\": {\"status\": \"late\"}, \"id\": 1}\r\n");
                    peer.say("{\"return\": {\"status\": \"running\"}, \"id\": 2}\r\n");
                    peer.hear();
                });
                var qmp = Qmp.connect(fake.path, PATIENCE)) {
            assertThat(qmp.status()).isEqualTo("running");
        }
    }

    /** The monitor's connection, and the thread that reads it, were left behind. */
    @Test
    void theMonitorIsClosedWhenTheAgentsChannelCannotBeOpened() throws Exception {
        var closed = new CompletableFuture<Boolean>();
        try (var fake = new FakeSocket(peer -> {
            peer.say(GREETING);
            peer.hear();
            peer.say("{\"return\": {}, \"id\": 1}\n");
            closed.complete(peer.in().read() < 0);
        })) {
            var monitor = Qmp.connect(fake.path, PATIENCE);

            assertThatThrownBy(() -> QemuGuest.connectAgent(fake.path.resolveSibling("none"), monitor))
                    .isInstanceOf(IOException.class);

            assertThat(closed.get(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void saysWhyQemuRefuses() throws Exception {
        try (var fake = new FakeSocket(peer -> {
                    peer.say(GREETING);
                    peer.hear();
                    peer.say("{\"return\": {}, \"id\": 1}\n");
                    peer.hear();
                    peer.say("{\"error\": {\"class\": \"GenericError\", \"desc\": \"there is no screen\"}, \"id\":"
                            + " 2}\n");
                    peer.hear();
                });
                var qmp = Qmp.connect(fake.path, PATIENCE)) {
            assertThatThrownBy(qmp::status)
                    .isInstanceOf(Failure.class)
                    .hasMessageContaining("query-status")
                    .hasMessageContaining("there is no screen");
        }
    }

    @Test
    void failsWhenQemuIsGone() throws Exception {
        try (var fake = new FakeSocket(peer -> {
                    peer.say(GREETING);
                    peer.hear();
                    peer.say("{\"return\": {}, \"id\": 1}\n");
                });
                var qmp = Qmp.connect(fake.path, PATIENCE)) {
            assertThatThrownBy(qmp::status).isInstanceOf(Failure.class).hasMessageContaining("QEMU's monitor");
        }
    }

    @Test
    void failsWhenNoAnswerComes() throws Exception {
        try (var fake = new FakeSocket(FakeSocket.Peer::hear)) {
            assertThatThrownBy(
                            () -> Qmp.connect(fake.path, Duration.ofMillis(50)).close())
                    .isInstanceOf(Failure.class)
                    .hasMessageContaining("did not send its greeting");
        }
    }

    @Test
    void refusesWhatIsNotQmp() throws Exception {
        for (var said : new String[] {"{\"hello\": 1}\n", "[1]\n", "SSH-2.0-OpenSSH\n", "{\"QMP\": \n"}) {
            try (var fake = new FakeSocket(peer -> {
                peer.say(said);
                peer.hear();
            })) {
                assertThatThrownBy(() -> Qmp.connect(fake.path, PATIENCE).close())
                        .as(said)
                        .isInstanceOf(Failure.class);
            }
        }
    }

    @Test
    void refusesAnEndlessMessage() throws Exception {
        try (var fake = new FakeSocket(peer -> {
            var chunk = "x".repeat(65536);
            while (true) {
                peer.say(chunk);
            }
        })) {
            assertThatThrownBy(() -> Qmp.connect(fake.path, PATIENCE).close())
                    .isInstanceOf(Failure.class)
                    .hasMessageContaining("longer than");
        }
    }
}
