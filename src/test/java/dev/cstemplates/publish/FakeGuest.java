/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.publish;

import dev.cstemplates.cloudstack.fake.Machines;
import dev.cstemplates.ssh.SshAccess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.command.AbstractCommandSupport;
import org.apache.sshd.server.session.ServerSession;

/** A guest that is an SSH server in this process: accepts the fake CloudStack's keys and password and answers scripts from a table. */
final class FakeGuest implements Machines, AutoCloseable {

    /** How the guest treats the former password after a reset. */
    enum FormerPassword {
        REFUSED,
        ACCEPTED,
        CONNECTION_CLOSED
    }

    /** Output by a part of the script. */
    final Map<String, String> outputs = new LinkedHashMap<>();

    FormerPassword formerPassword = FormerPassword.REFUSED;

    /** Runs at each login: {@code ssh} by key, {@code password}. */
    volatile Consumer<String> onLogin = login -> {};

    private static final KeyPair HOST_KEY = SshAccess.newKey();

    private final SshServer server = SshServer.setUpDefaultServer();
    private volatile Start current = new Start("", "", Path.of(""), 0, "", List.of(), "");
    private volatile String former = "";

    FakeGuest() throws IOException {
        server.setHost(InetAddress.getLoopbackAddress().getHostAddress());
        server.setPort(0);
        server.setKeyPairProvider(KeyPairProvider.wrap(HOST_KEY));
        server.setPasswordAuthenticator((user, password, session) -> accepts(password, session));
        server.setPublickeyAuthenticator((user, key, session) -> {
            onLogin.accept("ssh");
            return current.publicKeys().stream().anyMatch(line -> line.startsWith(PublicKeyEntry.toString(key)));
        });
        server.setCommandFactory((channel, command) -> new Shell(command));
        // The library's preferred exchange takes half a second of computing for each login.
        server.setKeyExchangeFactories(server.getKeyExchangeFactories().stream()
                .filter(each -> each.getName().equals("ecdh-sha2-nistp256"))
                .toList());
        server.start();
        outputs.put("cloud-init", "status: done");
        outputs.put("cst-deploy-test", "");
        outputs.put("hostname", "");
        outputs.put("df ", String.valueOf(3L << 30));
        outputs.put("systemctl", "active");
    }

    private boolean accepts(String password, ServerSession session) {
        onLogin.accept("password");
        if (!former.isEmpty() && password.equals(former)) {
            if (formerPassword == FormerPassword.CONNECTION_CLOSED) {
                session.close(true);
            }
            return formerPassword == FormerPassword.ACCEPTED;
        }
        return password.equals(current.password());
    }

    SshRoute route() {
        return instance -> new InetSocketAddress(InetAddress.getLoopbackAddress(), server.getPort());
    }

    @Override
    public String start(Start start) {
        former = current.password();
        current = start;
        return "10.1.1.101";
    }

    @Override
    public void stop(String instanceId, boolean forced) {}

    @Override
    public void expunge(String instanceId) {}

    @Override
    public void close() {
        try {
            server.stop(true);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String output(String script) {
        if (script.contains("cst-deploy-test")
                && outputs.getOrDefault("cst-deploy-test", "").isEmpty()) {
            return current.userData().replaceAll("(?s).*content: ", "").strip();
        }
        if (script.contains("hostname") && outputs.getOrDefault("hostname", "").isEmpty()) {
            return current.name();
        }
        return outputs.entrySet().stream()
                .filter(each -> script.contains(each.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse("");
    }

    private final class Shell extends AbstractCommandSupport {

        Shell(String command) {
            super(command, null);
        }

        @Override
        public void run() {
            try {
                var script = new String(getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                getOutputStream().write((output(script) + "\n").getBytes(StandardCharsets.UTF_8));
                getOutputStream().flush();
                onExit(0);
            } catch (IOException e) {
                onExit(1);
            }
        }
    }
}
