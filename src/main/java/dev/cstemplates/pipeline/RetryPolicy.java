package dev.cstemplates.pipeline;

import dev.cstemplates.core.Failure;
import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How often and after which pause a phase is tried again: exponential backoff with full jitter.
 *
 * @param attempts tries in all, at least 1
 * @param first upper bound of the first pause; each further one doubles
 * @param random decides the pause between nothing and its bound
 */
public record RetryPolicy(int attempts, Duration first, RandomGenerator random) {

    /** No pause is longer: what has not passed by then is looked at by a person. */
    private static final Duration LONGEST = Duration.ofMinutes(5);

    private static final int MOST_DOUBLINGS = 20;

    public RetryPolicy {
        if (attempts < 1) {
            throw new IllegalArgumentException("A phase is tried at least once, was: " + attempts);
        }
    }

    public static RetryPolicy usual() {
        return new RetryPolicy(3, Duration.ofSeconds(20), RandomGenerator.getDefault());
    }

    boolean allows(Failure failure, int attempt) {
        return failure.isTransient() && attempt < attempts;
    }

    /** How long to wait after a try: anything from nothing to a bound that doubles, so that builds that failed together part. */
    Duration pause(int attempt) {
        var doubled = first.multipliedBy(1L << Math.min(attempt - 1, MOST_DOUBLINGS));
        var bound = (doubled.compareTo(LONGEST) < 0 ? doubled : LONGEST).toMillis();
        return Duration.ofMillis(bound == 0 ? 0 : random.nextLong(bound + 1));
    }
}
