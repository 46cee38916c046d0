package dev.cstemplates.validation.router;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The virtual machine that a router serves, with the properties that CloudStack gives it.
 *
 * @param mac of its network card, lower case
 * @param address its IPv4 address
 * @param hostname without domain
 * @param publicKey one line as in {@code authorized_keys}
 * @param password returned once by the password server; null if none is pending
 * @param userData as the user wrote it
 */
public record Instance(
        UUID id,
        String mac,
        String address,
        String hostname,
        String publicKey,
        @Nullable String password,
        String userData) {

    Instance withHostname(String other) {
        return new Instance(id, mac, address, other, publicKey, password, userData);
    }

    Instance withUserData(String otherUserData) {
        return new Instance(id, mac, address, hostname, publicKey, password, otherUserData);
    }
}
