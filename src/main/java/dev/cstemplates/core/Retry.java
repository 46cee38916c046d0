package dev.cstemplates.core;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * How often something is attempted, and how long to wait in between: exponential backoff with jitter.
 *
 * <p>What may be retried is the caller's decision, by the error alone. An interrupted thread is no reason to retry: the next pause ends
 * with a {@link Failure} of kind cancelled.
 *
 * @param attempts at most, including the first; at least 1
 * @param firstPause upper bound of the first pause; it doubles with each failure
 * @param longestPause upper bound of every pause
 * @param budget no attempt starts later than this after the first one started; applies to {@link #call}
 * @param random chooses each pause between half its bound and its bound
 * @param sleeper waits
 * @param clock measures the budget; monotonic by default, so that a step of the wall clock does not change it
 */
public record Retry(
        int attempts,
        Duration firstPause,
        Duration longestPause,
        Duration budget,
        RandomGenerator random,
        Sleeper sleeper,
        InstantSource clock) {

    private static final Duration UNLIMITED = Duration.ofDays(36_500);

    /** Keeps the doubled pause within a long. */
    private static final int MOST_DOUBLINGS = 20;

    public Retry {
        if (attempts < 1) {
            throw new IllegalArgumentException("At least one attempt is needed, was: " + attempts);
        }
    }

    /** Retries without a time budget. */
    public static Retry of(int attempts, Duration firstPause, Duration longestPause) {
        var start = System.nanoTime();
        return new Retry(
                attempts,
                firstPause,
                longestPause,
                UNLIMITED,
                RandomGenerator.getDefault(),
                Sleeper.SYSTEM,
                () -> Instant.EPOCH.plusNanos(System.nanoTime() - start));
    }

    /** Retries as often as the time budget allows. */
    public static Retry within(Duration budget, Duration firstPause, Duration longestPause) {
        var retry = of(Integer.MAX_VALUE, firstPause, longestPause);
        return new Retry(retry.attempts, firstPause, longestPause, budget, retry.random, retry.sleeper, retry.clock);
    }

    /** The same policy with chosen pauses and waiting, for tests. */
    public Retry with(RandomGenerator random, Sleeper sleeper, InstantSource clock) {
        return new Retry(attempts, firstPause, longestPause, budget, random, sleeper, clock);
    }

    /**
     * The result of {@code work}, attempted again after each error that {@code isRetryable} accepts. The last error is thrown as it is.
     *
     * @param activity names what an interruption cancels, such as "Reading the layer"
     */
    public <T> T call(String activity, Predicate<? super RuntimeException> isRetryable, Supplier<T> work) {
        var deadline = clock.instant().plus(budget);
        for (var failures = 1; ; failures++) {
            try {
                return work.get();
            } catch (RuntimeException e) {
                if (!isRetryable.test(e) || !allows(failures)) {
                    throw e;
                }
                var pause = pause(failures);
                if (clock.instant().plus(pause).isAfter(deadline)) {
                    throw e;
                }
                sleeper.sleep(pause, activity);
            }
        }
    }

    /** Whether another attempt follows {@code failures} failed ones; for callers with their own loop. */
    public boolean allows(int failures) {
        return failures < attempts;
    }

    /**
     * How long to wait after {@code failures} failed attempts (from 1). Half of it is random, so that clients that failed together spread out;
     * the other half is fixed, so that a few attempts still outlast a short outage.
     */
    public Duration pause(int failures) {
        var doubled = firstPause.multipliedBy(1L << Math.min(failures - 1, MOST_DOUBLINGS));
        var bound = atMostLongest(doubled).toMillis();
        return Duration.ofMillis(bound < 2 ? bound : random.nextLong(bound / 2, bound + 1));
    }

    /** A pause that a server requested, limited to the longest one. */
    public Duration atMostLongest(Duration requested) {
        return requested.compareTo(longestPause) < 0 ? requested : longestPause;
    }
}
