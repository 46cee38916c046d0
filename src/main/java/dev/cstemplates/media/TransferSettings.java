package dev.cstemplates.media;

import java.net.http.HttpClient;
import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How patient downloads are.
 *
 * @param client makes the connections; never follows redirects by itself
 * @param stall a transfer that brings nothing for this long is given up, be it while connecting, waiting or receiving
 * @param redirects followed at most, for one request
 * @param attempts tries of one URL in a row that bring nothing new, at least 1
 * @param firstPause upper bound of the first pause between tries; each further one doubles, up to {@code longestPause}
 * @param longestPause also bounds the pause that a server asks for
 * @param random decides the pause between half its bound and its bound
 * @param sleeper waits
 */
public record TransferSettings(
        HttpClient client,
        Duration stall,
        int redirects,
        int attempts,
        Duration firstPause,
        Duration longestPause,
        RandomGenerator random,
        Sleeper sleeper) {

    /** Waits for a while; tests only note for how long. */
    @FunctionalInterface
    public interface Sleeper {
        void sleep(Duration pause) throws InterruptedException;
    }

    public TransferSettings {
        if (client.followRedirects() != HttpClient.Redirect.NEVER) {
            throw new IllegalArgumentException("Redirects are followed here, one at a time, not by the client");
        }
        if (attempts < 1) {
            throw new IllegalArgumentException("A URL is tried at least once, was: " + attempts);
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
                client,
                Duration.ofSeconds(60),
                8,
                5,
                Duration.ofSeconds(2),
                Duration.ofMinutes(1),
                RandomGenerator.getDefault(),
                Thread::sleep);
    }

    /** After the {@code failures}th failure in a row, counted from 1. */
    Duration pause(int failures) {
        var doubled = firstPause.multipliedBy(1L << Math.min(failures - 1, 10)).toMillis();
        var bound = Math.min(doubled, longestPause.toMillis());
        return Duration.ofMillis(bound < 2 ? bound : random.nextLong(bound / 2, bound + 1));
    }
}
