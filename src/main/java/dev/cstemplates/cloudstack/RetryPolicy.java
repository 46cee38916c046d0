package dev.cstemplates.cloudstack;

import java.time.Duration;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Which calls are made again, and when. A call that only reads is repeated after any trouble that may pass. One that changes something is
 * repeated only when it is sure that the server did not do it: it was never reached, or refused to listen (429, 503). After a lost
 * answer the caller has to look what became of it.
 *
 * @param attempts tries of one call, at least 1
 * @param firstPause upper bound of the first pause; each further one doubles, up to {@code longestPause}
 * @param random decides the pause between half its bound and its bound
 * @param sleeper waits
 */
public record RetryPolicy(
        int attempts, Duration firstPause, Duration longestPause, RandomGenerator random, Sleeper sleeper) {

    /** Waits for a while; tests only note for how long. */
    @FunctionalInterface
    public interface Sleeper {
        void sleep(Duration pause) throws InterruptedException;
    }

    public RetryPolicy {
        if (attempts < 1) {
            throw new IllegalArgumentException("A call is tried at least once, was: " + attempts);
        }
    }

    /** About half a minute in all. */
    public static RetryPolicy usual() {
        return new RetryPolicy(
                6, Duration.ofSeconds(1), Duration.ofSeconds(16), RandomGenerator.getDefault(), Thread::sleep);
    }

    /** How long to wait before {@code call} is made again; empty when it must not be. {@code failures} counts from 1. */
    Optional<Duration> pauseAfter(Call call, CloudStackError error, int failures) {
        if (failures >= attempts || !mayRepeat(call, error.kind())) {
            return Optional.empty();
        }
        var asked = error.pauseAskedFor();
        return Optional.of(asked == null ? pause(failures) : shorter(asked, longestPause));
    }

    private static boolean mayRepeat(Call call, CloudStackError.Kind kind) {
        return switch (kind) {
            case UNREACHABLE, RATE_LIMIT, UNAVAILABLE -> true;
            case NO_ANSWER -> call.isIdempotent();
            case UNTRUSTED,
                    NOT_CLOUDSTACK,
                    CREDENTIALS,
                    CLOCK_SKEW,
                    NOT_AVAILABLE,
                    UNKNOWN_PARAMETER,
                    INVALID,
                    NOT_FOUND,
                    FORBIDDEN,
                    LIMIT,
                    CAPACITY,
                    IN_USE,
                    JOB_TIMEOUT,
                    SERVER -> false;
        };
    }

    private Duration pause(int failures) {
        var doubled = firstPause.multipliedBy(1L << Math.min(failures - 1, 10));
        var bound = shorter(doubled, longestPause).toMillis();
        return Duration.ofMillis(bound < 2 ? bound : random.nextLong(bound / 2, bound + 1));
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }
}
