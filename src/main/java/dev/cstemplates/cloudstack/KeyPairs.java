package dev.cstemplates.cloudstack;

import java.util.List;

/** SSH keys for instances. */
public final class KeyPairs {

    private final CloudStackClient client;

    KeyPairs(CloudStackClient client) {
        this.client = client;
    }

    /** Registers a public key, in the form of {@code authorized_keys}. */
    public void register(String name, String publicKey) {
        client.call(Call.of("registerSSHKeyPair").with("name", name).with("publickey", publicKey));
    }

    public void delete(String name) {
        client.call(Call.of("deleteSSHKeyPair").with("name", name).idempotent());
    }

    /** Names of the caller's keys. */
    public List<String> names() {
        return client.list(Call.of("listSSHKeyPairs"), "sshkeypair").stream()
                .map(each -> each.path("name").asString(""))
                .toList();
    }
}
