package dev.cstemplates.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cstemplates.core.Failure;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RetryPolicyTest {

    private final RetryPolicy policy = new RetryPolicy(3, Duration.ofSeconds(20), new Random(7));

    @Test
    void onlyWhatMayPassIsTriedAgainAndNotForever() {
        var passing = Failure.remote("the mirror sleeps", "", true);

        assertThat(policy.allows(passing, 1)).isTrue();
        assertThat(policy.allows(passing, 2)).isTrue();
        assertThat(policy.allows(passing, 3)).isFalse();
        assertThat(policy.allows(Failure.build("a bad signature", ""), 1)).isFalse();
        assertThat(policy.allows(Failure.cancelled("it"), 1)).isFalse();
    }

    /** Full jitter: builds that failed over the same mirror must not come back together. */
    @Test
    void pausesAreDrawnFromAllOfARangeThatDoubles() {
        assertThat(pauses(1)).allMatch(pause -> pause.compareTo(Duration.ofSeconds(20)) <= 0);
        assertThat(pauses(1)).anyMatch(pause -> pause.compareTo(Duration.ofSeconds(3)) < 0);
        assertThat(pauses(1)).anyMatch(pause -> pause.compareTo(Duration.ofSeconds(17)) > 0);
        assertThat(pauses(2)).anyMatch(pause -> pause.compareTo(Duration.ofSeconds(37)) > 0);
        assertThat(pauses(2)).allMatch(pause -> pause.compareTo(Duration.ofSeconds(40)) <= 0);
    }

    @Test
    void noPauseIsLongerThanAPersonWouldWait() {
        assertThat(pauses(60)).allMatch(pause -> pause.compareTo(Duration.ofMinutes(5)) <= 0);
    }

    private List<Duration> pauses(int attempt) {
        return Stream.generate(() -> policy.pause(attempt)).limit(200).toList();
    }
}
