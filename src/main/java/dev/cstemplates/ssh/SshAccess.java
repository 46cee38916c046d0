package dev.cstemplates.ssh;

import java.io.IOException;
import java.net.InetSocketAddress;
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

/** Logs in to guests over SSH: with one given key or one given password, and nothing of this host's user. */
public final class SshAccess implements AutoCloseable {

    /** Where guests listen. */
    public static final int PORT = 22;

    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(5);
    private static final Duration LOGIN_LIMIT = Duration.ofSeconds(45);

    private final SshClient client = SshClient.setUpDefaultClient();

    /** Until it is closed. */
    public SshAccess() {
        client.setHostConfigEntryResolver(HostConfigEntryResolver.EMPTY);
        client.setKeyIdentityProvider(KeyIdentityProvider.EMPTY_KEYS_PROVIDER);
        client.setPasswordIdentityProvider(PasswordIdentityProvider.EMPTY_PASSWORDS_PROVIDER);
        // A guest that was never seen before, in a network that nobody else is in.
        client.setServerKeyVerifier((session, address, key) -> true);
        client.start();
    }

    /** A new key pair of the kind that CloudStack makes. */
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

    /** Logs in with {@code key} at the usual port; see the other one. */
    public SshLogin login(String address, String user, KeyPair key) throws IOException {
        return login(new InetSocketAddress(address, PORT), user, key);
    }

    /** Logs in with {@code key}; an IOException when the guest can't be reached or refuses. */
    public SshLogin login(InetSocketAddress address, String user, KeyPair key) throws IOException {
        var session = connect(address, user, List.of(UserAuthPublicKeyFactory.INSTANCE));
        try {
            session.addPublicKeyIdentity(key);
            session.auth().verify(LOGIN_LIMIT);
            return new SshLogin(session);
        } catch (IOException | RuntimeException e) {
            session.close(true);
            throw e;
        }
    }

    /** Whether the guest takes {@code password} at the usual port; see the other one. */
    public boolean accepts(String address, String user, String password) throws IOException {
        return accepts(new InetSocketAddress(address, PORT), user, password);
    }

    /** Whether the guest takes {@code password}; an IOException when it gives no clear answer. */
    public boolean accepts(InetSocketAddress address, String user, String password) throws IOException {
        var session = connect(
                address, user, List.of(UserAuthPasswordFactory.INSTANCE, UserAuthKeyboardInteractiveFactory.INSTANCE));
        try {
            session.addPasswordIdentity(password);
            session.auth().verify(LOGIN_LIMIT);
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

    /** Whether the guest answered, and said no to the key or password. */
    public static boolean isRefusal(IOException e) {
        return e instanceof SshException ssh
                && ssh.getDisconnectCode() == SshConstants.SSH2_DISCONNECT_NO_MORE_AUTH_METHODS_AVAILABLE;
    }

    @Override
    public void close() {
        client.stop();
    }

    private ClientSession connect(InetSocketAddress address, String user, List<UserAuthFactory> ways)
            throws IOException {
        try {
            var session = client.connect(user, address)
                    .verify(CONNECT_LIMIT.toMillis(), TimeUnit.MILLISECONDS)
                    .getSession();
            session.setUserAuthFactories(ways);
            return session;
        } catch (IOException e) {
            // The library's own words name its classes.
            throw new IOException(
                    "%s:%d: %s".formatted(address.getHostString(), address.getPort(), cause(e).getMessage()), e);
        }
    }

    private static Throwable cause(Throwable e) {
        var cause = e.getCause();
        return cause == null ? e : cause(cause);
    }
}
