package dev.cstemplates.media;

import dev.cstemplates.core.Retry;
import java.net.http.HttpClient;
import java.time.Duration;

/**
 * How patient downloads are.
 *
 * @param client makes the connections; never follows redirects by itself
 * @param stall a transfer that brings nothing for this long is given up, be it while connecting, waiting or receiving
 * @param redirects followed at most, for one request
 * @param retry attempts of one URL in a row that bring nothing new, and the pauses in between; its longest pause also bounds the one that a
 *     server requests
 */
public record TransferSettings(HttpClient client, Duration stall, int redirects, Retry retry) {

    public TransferSettings {
        if (client.followRedirects() != HttpClient.Redirect.NEVER) {
            throw new IllegalArgumentException("Redirects are followed here, one at a time, not by the client");
        }
    }

    /** The proxy is Java's: {@code -Dhttps.proxyHost} and its kin. */
    public static TransferSettings usual() {
        var client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(Duration.ofSeconds(20))
                .build();
        return new TransferSettings(
                client, Duration.ofSeconds(60), 8, Retry.of(5, Duration.ofSeconds(2), Duration.ofMinutes(1)));
    }
}
