package dev.cstemplates.cloudstack;

import dev.cstemplates.core.Failure;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Where a CloudStack is and how patient calls to it are.
 *
 * @param endpoint the API's address, usually {@code https://HOST/client/api}
 * @param authority PEM file with certificates of authorities that are trusted besides this host's; null for none
 * @param connect longest time until a connection stands
 * @param answer longest time until a call is answered; some calls look at URLs before they answer
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

    /** With the usual patience. */
    public static Connection to(URI endpoint, @Nullable Path authority) {
        return new Connection(endpoint, authority, Duration.ofSeconds(20), Duration.ofMinutes(2));
    }
}
