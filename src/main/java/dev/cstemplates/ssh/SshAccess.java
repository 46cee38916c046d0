/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.ssh;

import dev.cstemplates.core.Failure;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.auth.UserAuthFactory;
import org.apache.sshd.client.auth.keyboard.UserAuthKeyboardInteractiveFactory;
import org.apache.sshd.client.auth.password.PasswordIdentityProvider;
import org.apache.sshd.client.auth.password.UserAuthPasswordFactory;
import org.apache.sshd.client.auth.pubkey.UserAuthPublicKeyFactory;
import org.apache.sshd.client.config.hosts.HostConfigEntryResolver;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.SshException;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.keyprovider.KeyIdentityProvider;

/** Logs in to guests over SSH with a given key or password. Never uses the keys, agent or configuration of this host's user. */
public final class SshAccess implements AutoCloseable {

    /** The port of the SSH server in guests. */
    public static final int PORT = 22;

    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(5);
    private static final Duration LOGIN_LIMIT = Duration.ofSeconds(45);

    private final SshClient client = SshClient.setUpDefaultClient();

    /** Starts the client; {@link #close} stops it. */
    public SshAccess() {
        client.setHostConfigEntryResolver(HostConfigEntryResolver.EMPTY);
        client.setKeyIdentityProvider(KeyIdentityProvider.EMPTY_KEYS_PROVIDER);
        client.setPasswordIdentityProvider(PasswordIdentityProvider.EMPTY_PASSWORDS_PROVIDER);
        // Host keys are not verified: guests are new, and their network is isolated.
        client.setServerKeyVerifier((session, address, key) -> true);
        client.start();
    }

    /** A new key pair of the type that CloudStack generates. */
    public static KeyPair newKey() {
        try {
            var generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            return generator.generateKeyPair();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has RSA", e);
        }
    }

    /** The line for {@code authorized_keys}. */
    public static String publicLine(KeyPair key) {
        return PublicKeyEntry.toString(key.getPublic()) + " cst";
    }

    /** Logs in with {@code key} at {@link #PORT}. */
    public SshLogin login(String address, String user, KeyPair key) throws IOException {
        return login(new InetSocketAddress(address, PORT), user, key);
    }

    /** Logs in with {@code key}; an IOException if the guest is unreachable or refuses. */
    public SshLogin login(InetSocketAddress address, String user, KeyPair key) throws IOException {
        var session = connect(address, user, List.of(UserAuthPublicKeyFactory.INSTANCE));
        try {
            session.addPublicKeyIdentity(key);
            cancellable(() -> session.auth().verify(LOGIN_LIMIT));
            return new SshLogin(session);
        } catch (IOException | RuntimeException e) {
            session.close(true);
            throw e;
        }
    }

    /** Whether the guest accepts {@code password} at {@link #PORT}. */
    public boolean accepts(String address, String user, String password) throws IOException {
        return accepts(new InetSocketAddress(address, PORT), user, password);
    }

    /** Whether the guest accepts {@code password}; an IOException if it is unreachable or closes the connection. */
    public boolean accepts(InetSocketAddress address, String user, String password) throws IOException {
        var session = connect(
                address, user, List.of(UserAuthPasswordFactory.INSTANCE, UserAuthKeyboardInteractiveFactory.INSTANCE));
        try {
            session.addPasswordIdentity(password);
            cancellable(() -> session.auth().verify(LOGIN_LIMIT));
            return true;
        } catch (SshException e) {
            if (isRefusal(e)) {
                return false;
            }
            throw e;
        } finally {
            session.close(true);
        }
    }

    /** Whether the guest answered and refused the key or password. */
    public static boolean isRefusal(IOException e) {
        return e instanceof SshException ssh
                && ssh.getDisconnectCode() == SshConstants.SSH2_DISCONNECT_NO_MORE_AUTH_METHODS_AVAILABLE;
    }

    @Override
    public void close() {
        // Waits, and would lose the flag of an interrupted thread.
        var isInterrupted = Thread.interrupted();
        try {
            client.stop();
        } finally {
            if (isInterrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private ClientSession connect(InetSocketAddress address, String user, List<UserAuthFactory> methods)
            throws IOException {
        try {
            var session = cancellable(
                            () -> client.connect(user, address).verify(CONNECT_LIMIT.toMillis(), TimeUnit.MILLISECONDS))
                    .getSession();
            session.setUserAuthFactories(methods);
            return session;
        } catch (IOException e) {
            // The library's own message contains class names.
            throw new IOException(
                    "%s:%d: %s".formatted(address.getHostString(), address.getPort(), cause(e).getMessage()), e);
        }
    }

    /** A call of the SSH library. */
    interface SshCall<T> {
        T run() throws IOException;
    }

    /**
     * Runs a call of the library, which reports an interrupt as an IOException and loses the thread's flag: callers would take it for a
     * guest that doesn't answer, and try again.
     *
     * @throws Failure of kind cancelled if the thread was interrupted; it stays interrupted
     */
    static <T> T cancellable(SshCall<T> call) throws IOException {
        try {
            return call.run();
        } catch (InterruptedIOException e) {
            if (e instanceof SocketTimeoutException) {
                throw e;
            }
            Thread.currentThread().interrupt();
            throw Failure.cancelled("The SSH connection").because(e);
        }
    }

    private static Throwable cause(Throwable e) {
        var cause = e.getCause();
        return cause == null ? e : cause(cause);
    }
}
