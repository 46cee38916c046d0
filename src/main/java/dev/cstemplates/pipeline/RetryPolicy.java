package dev.cstemplates.pipeline;

import dev.cstemplates.host.Failure;
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

    Duration pause(int attempt) {
        var bound = first.multipliedBy(1L << Math.min(attempt - 1, 10)).toMillis();
        return Duration.ofMillis(bound == 0 ? 0 : random.nextLong(bound + 1));
    }
}
