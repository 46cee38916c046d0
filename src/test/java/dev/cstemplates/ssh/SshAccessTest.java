/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cstemplates.core.Failure;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.shell.ProcessShellCommandFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Against an SSH server in this process, with one user, one key and one password. */
class SshAccessTest {

    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");
    private static final KeyPair KEY = SshAccess.newKey();
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final SshServer server = SshServer.setUpDefaultServer();
    private final SshAccess access = new SshAccess();

    @BeforeEach
    void start() throws IOException {
        server.setHost(LOOPBACK.getHostAddress());
        server.setKeyPairProvider(KeyPairProvider.wrap(KEY));
        server.setPasswordAuthenticator((user, password, session) -> password.equals("right"));
        server.setPublickeyAuthenticator((user, key, session) -> KeyUtils.compareKeys(key, KEY.getPublic()));
        server.setCommandFactory(ProcessShellCommandFactory.INSTANCE);
        server.start();
    }

    @AfterEach
    void stop() throws IOException {
        access.close();
        server.stop(true);
    }

    @Test
    void acceptsOnlyTheRightPassword() throws IOException {
        assertThat(access.accepts(address(), "debian", "right")).isTrue();
        assertThat(access.accepts(address(), "debian", "wrong")).isFalse();
    }

    @Test
    void runsCommandsAfterALoginWithTheKey() throws IOException {
        try (var login = access.login(address(), "debian", KEY)) {
            var result = login.run("cat; echo problem >&2; exit 3", "input", LIMIT);

            assertThat(result).isEqualTo(new SshLogin.CommandResult(3, "input", "problem\n"));
        }
    }

    @Test
    void refusedKeyIsARefusal() {
        assertThatThrownBy(() -> access.login(address(), "debian", SshAccess.newKey()))
                .isInstanceOfSatisfying(
                        IOException.class,
                        error -> assertThat(SshAccess.isRefusal(error)).isTrue());
    }

    /** Otherwise "the old password is refused" would also pass for a guest that is shutting down. */
    @Test
    void closedConnectionIsNotARefusal() throws IOException {
        try (var socket = new ServerSocket(0, 1, LOOPBACK)) {
            var closing = Thread.ofVirtual().start(() -> closeNextConnection(socket));

            assertThatThrownBy(() ->
                            access.accepts(new InetSocketAddress(LOOPBACK, socket.getLocalPort()), "debian", "right"))
                    .isInstanceOfSatisfying(
                            IOException.class,
                            error -> assertThat(SshAccess.isRefusal(error)).isFalse());
            closing.interrupt();
        }
    }

    @Test
    void unreachableGuestIsReportedWithItsAddress() throws IOException {
        var unused = unusedAddress();

        assertThatThrownBy(() -> access.accepts(unused, "debian", "secret"))
                .isInstanceOf(IOException.class)
                .hasMessage("127.0.0.1:%d: Connection refused", unused.getPort());
    }

    @Test
    void commandThatTakesTooLongIsNamed() throws IOException {
        try (var login = access.login(address(), "debian", KEY)) {
            assertThatThrownBy(() -> login.run("exec sleep 60", "", Duration.ofMillis(200)))
                    .isInstanceOf(IOException.class)
                    .hasMessage("'exec sleep 60' did not finish within 0 s");
        }
    }

    private InetSocketAddress address() {
        return new InetSocketAddress(LOOPBACK, server.getPort());
    }

    /** The library reports an interrupt as a connection error and clears the flag. */
    @Test
    void anInterruptWhileTheGuestSaysNothingCancels() throws IOException {
        try (var silent = new ServerSocket(0, 5, LOOPBACK)) {
            var address = new InetSocketAddress(LOOPBACK, silent.getLocalPort());
            requireCancelled(() -> access.login(address, "debian", KEY));
            requireCancelled(() -> access.accepts(address, "debian", "right"));
        }
    }

    @Test
    void anInterruptDuringACommandCancels() throws IOException {
        try (var login = access.login(address(), "debian", KEY)) {
            requireCancelled(() -> login.run("sleep 20", "", LIMIT));
        }
    }

    private static void requireCancelled(Callable<?> work) {
        var caller = Thread.currentThread();
        Thread.ofVirtual().start(() -> interruptWhenWaiting(caller));

        assertThatThrownBy(work::call)
                .isInstanceOfSatisfying(
                        Failure.class, failure -> assertThat(failure.kind()).isEqualTo(Failure.Kind.CANCELLED));
        assertThat(Thread.interrupted()).as("the thread stays interrupted").isTrue();
    }

    private static void interruptWhenWaiting(Thread thread) {
        while (thread.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
        thread.interrupt();
    }

    private static void closeNextConnection(ServerSocket socket) {
        try (var connection = socket.accept()) {
            connection.getOutputStream().write("SSH-2.0-test\r\n".getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            // The client has closed the connection first.
        }
    }

    private static InetSocketAddress unusedAddress() throws IOException {
        try (var socket = new ServerSocket(0, 1, LOOPBACK)) {
            return new InetSocketAddress(LOOPBACK, socket.getLocalPort());
        }
    }
}
