/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RetryTest {

    private final List<Duration> pauses = new ArrayList<>();
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private int attempts;

    private Retry retry(int attempts) {
        return Retry.of(attempts, Duration.ofSeconds(20), Duration.ofMinutes(5))
                .with(new Random(7), this::pause, () -> now);
    }

    private void pause(Duration pause) {
        pauses.add(pause);
        now = now.plus(pause);
    }

    private String failing(int times) {
        if (++attempts <= times) {
            throw new IllegalStateException("attempt " + attempts);
        }
        return "result";
    }

    @Test
    void retriesUntilItSucceeds() {
        assertThat(retry(3).call("Trying", e -> true, () -> failing(2))).isEqualTo("result");
        assertThat(pauses).hasSize(2);
    }

    @Test
    void throwsTheLastErrorAfterTheLastAttempt() {
        assertThatThrownBy(() -> retry(3).call("Trying", e -> true, () -> failing(9)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("attempt 3");
        assertThat(pauses).hasSize(2);
    }

    @Test
    void neverRepeatsWhatIsNotRetryable() {
        assertThatThrownBy(() -> retry(3).call("Trying", Failure.class::isInstance, () -> failing(9)))
                .hasMessage("attempt 1");
        assertThat(pauses).isEmpty();
    }

    @Test
    void stopsBeforeAPauseThatExceedsTheBudget() {
        var start = now;
        var retry = Retry.within(Duration.ofMinutes(2), Duration.ofSeconds(20), Duration.ofSeconds(20))
                .with(new Random(7), this::pause, () -> now);

        assertThatThrownBy(() -> retry.call("Trying", e -> true, () -> failing(1000)))
                .isInstanceOf(IllegalStateException.class);

        assertThat(Duration.between(start, now)).isLessThanOrEqualTo(Duration.ofMinutes(2));
        assertThat(attempts).isGreaterThan(5);
    }

    @Test
    void drawsEachPauseFromTheUpperHalfOfABoundThatDoubles() {
        var retry = retry(9);
        for (var draw = 0; draw < 200; draw++) {
            assertThat(retry.pause(1)).isBetween(Duration.ofSeconds(10), Duration.ofSeconds(20));
            assertThat(retry.pause(3)).isBetween(Duration.ofSeconds(40), Duration.ofSeconds(80));
            assertThat(retry.pause(1000)).isBetween(Duration.ofSeconds(150), Duration.ofMinutes(5));
        }
        assertThat(List.of(retry.pause(3), retry.pause(3), retry.pause(3))).doesNotHaveDuplicates();
        assertThat(retry.atMostLongest(Duration.ofHours(1))).isEqualTo(Duration.ofMinutes(5));
    }

    @Test
    void interruptedThreadIsCancelledInsteadOfRetried() {
        var retry =
                Retry.of(5, Duration.ofHours(1), Duration.ofHours(1)).with(new Random(7), Sleeper.SYSTEM, () -> now);
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> retry.call("Trying", e -> true, () -> failing(9)))
                .isInstanceOfSatisfying(
                        Failure.class, failure -> assertThat(failure.kind()).isEqualTo(Failure.Kind.CANCELLED))
                .hasMessage("Trying was cancelled");

        assertThat(Thread.interrupted()).isTrue();
        assertThat(attempts).isEqualTo(1);
    }
}
