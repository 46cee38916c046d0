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
    void skipsEventsAndLateAnswers() throws Exception {
        try (var fake = new FakeSocket(peer -> {
                    peer.send(GREETING);
                    peer.hear();
                    peer.send("{\"return\": {}, \"id\": 1}\r\n");
                    assertThat(peer.hear()).contains("\"query-status\"");
                    peer.send("{\"event\": \"NIC_RX_FILTER_CHANGED\", \"data\": {}}\r\n");
                    peer.send("{\"return\": {\"status\": \"late\"}, \"id\": 1}\r\n");
                    peer.send("{\"return\": {\"status\": \"running\"}, \"id\": 2}\r\n");
                    peer.hear();
                });
                var qmp = Qmp.connect(fake.path, PATIENCE)) {
            assertThat(qmp.status()).isEqualTo("running");
        }
    }

    /** The monitor's connection and its reader thread used to leak. */
    @Test
    void monitorIsClosedIfTheAgentsChannelCannotBeOpened() throws Exception {
        var closed = new CompletableFuture<Boolean>();
        try (var fake = new FakeSocket(peer -> {
            peer.send(GREETING);
            peer.hear();
            peer.send("{\"return\": {}, \"id\": 1}\n");
            closed.complete(peer.in().read() < 0);
        })) {
            var monitor = Qmp.connect(fake.path, PATIENCE);

            assertThatThrownBy(() -> QemuGuest.connectAgent(fake.path.resolveSibling("none"), monitor))
                    .isInstanceOf(IOException.class);

            assertThat(closed.get(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void reportsWhyQemuRefused() throws Exception {
        try (var fake = new FakeSocket(peer -> {
                    peer.send(GREETING);
                    peer.hear();
                    peer.send("{\"return\": {}, \"id\": 1}\n");
                    peer.hear();
                    peer.send("{\"error\": {\"class\": \"GenericError\", \"desc\": \"no screen\"}, \"id\":" + " 2}\n");
                    peer.hear();
                });
                var qmp = Qmp.connect(fake.path, PATIENCE)) {
            assertThatThrownBy(qmp::status)
                    .isInstanceOf(Failure.class)
                    .hasMessageContaining("query-status")
                    .hasMessageContaining("no screen");
        }
    }

    @Test
    void failsAfterQemuHasExited() throws Exception {
        try (var fake = new FakeSocket(peer -> {
                    peer.send(GREETING);
                    peer.hear();
                    peer.send("{\"return\": {}, \"id\": 1}\n");
                });
                var qmp = Qmp.connect(fake.path, PATIENCE)) {
            assertThatThrownBy(qmp::status).isInstanceOf(Failure.class).hasMessageContaining("QEMU's monitor");
        }
    }

    @Test
    void failsWithoutAnAnswer() throws Exception {
        try (var fake = new FakeSocket(FakeSocket.Peer::hear)) {
            assertThatThrownBy(
                            () -> Qmp.connect(fake.path, Duration.ofMillis(50)).close())
                    .isInstanceOf(Failure.class)
                    .hasMessageContaining("did not send its greeting");
        }
    }

    @Test
    void rejectsOtherProtocols() throws Exception {
        for (var greeting : new String[] {"{\"hello\": 1}\n", "[1]\n", "SSH-2.0-OpenSSH\n", "{\"QMP\": \n"}) {
            try (var fake = new FakeSocket(peer -> {
                peer.send(greeting);
                peer.hear();
            })) {
                assertThatThrownBy(() -> Qmp.connect(fake.path, PATIENCE).close())
                        .as(greeting)
                        .isInstanceOf(Failure.class);
            }
        }
    }

    @Test
    void rejectsAnEndlessMessage() throws Exception {
        try (var fake = new FakeSocket(peer -> {
            var chunk = "x".repeat(65536);
            while (true) {
                peer.send(chunk);
            }
        })) {
            assertThatThrownBy(() -> Qmp.connect(fake.path, PATIENCE).close())
                    .isInstanceOf(Failure.class)
                    .hasMessageContaining("longer than");
        }
    }
}
