package dev.cstemplates.cloudstack;

import dev.cstemplates.core.Failure;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A CloudStack endpoint and its timeouts.
 *
 * @param endpoint the API's address, usually {@code https://HOST/client/api}
 * @param authority PEM file of CAs to trust in addition to this host's; null for none
 * @param connect timeout of connecting
 * @param answer timeout of a call's response; some calls check URLs first
 */
public record Connection(URI endpoint, @Nullable Path authority, Duration connect, Duration answer) {

    public Connection {
        var scheme = String.valueOf(endpoint.getScheme());
        if (!scheme.matches("https?") || endpoint.getHost() == null) {
            throw Failure.usage(
                    "Invalid CloudStack endpoint '" + Urls.withoutSecrets(endpoint) + "'",
                    "Use a URL such as https://cloud.example.org/client/api.");
        }
        if (endpoint.getRawUserInfo() != null || endpoint.getRawQuery() != null) {
            throw Failure.usage(
                    "The CloudStack endpoint contains a user or a query",
                    "Use scheme, host and path only; keys belong in the profile's credentials.");
        }
    }

    /** With the default timeouts. */
    public static Connection to(URI endpoint, @Nullable Path authority) {
        return new Connection(endpoint, authority, Duration.ofSeconds(20), Duration.ofMinutes(2));
    }
}
