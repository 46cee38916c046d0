package dev.cstemplates.ssh;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

class SshAccessTest {

    @Test
    void aGuestThatIsNotThereIsToldByItsAddress() throws IOException {
        var nobody = freeAddress();
        try (var access = new SshAccess()) {
            assertThatThrownBy(() -> access.accepts(nobody, "debian", "secret"))
                    .isInstanceOf(IOException.class)
                    .hasMessage("127.0.0.1:%d: Connection refused", nobody.getPort());
        }
    }

    private static InetSocketAddress freeAddress() throws IOException {
        var loopback = InetAddress.ofLiteral("127.0.0.1");
        try (var socket = new ServerSocket(0, 1, loopback)) {
            return new InetSocketAddress(loopback, socket.getLocalPort());
        }
    }
}
