package dev.cstemplates.guest;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class StallDetectorTest {

    private final StallDetector life = new StallDetector(0);
    private long seconds;

    @Test
    void outputWritesWordsAndStatesAreSignsOfLife() {
        look(0, 0, "running", "a", 0);
        for (var vitals : new GuestActivity[] {
            new GuestActivity(1, 0, "running", "a", 0),
            new GuestActivity(1, 1, "running", "a", 0),
            new GuestActivity(1, 1, "running", "a", 1),
            new GuestActivity(1, 1, "paused", "a", 1)
        }) {
            look(vitals);
            assertThat(silence()).as("%s", vitals).isZero();
        }
    }

    @Test
    void aStillScreenIsNone() {
        for (var i = 0; i < 10; i++) {
            look(5, 5, "running", "a", 0);
        }

        assertThat(silence()).isEqualTo(Duration.ofSeconds(9));
    }

    @Test
    void aBlinkingCursorIsNeitherProgressNorHidesThatThereIsNone() {
        look(0, 0, "running", "without cursor", 0);
        for (var i = 0; i < 10; i++) {
            look(0, 0, "running", i % 2 == 0 ? "with cursor" : "without cursor", 0);
        }

        assertThat(silence()).isEqualTo(Duration.ofSeconds(9));
    }

    @Test
    void aTurningWheelIsNone() {
        for (var i = 0; i < 40; i++) {
            look(0, 0, "running", "wheel " + i % 4, 0);
        }

        assertThat(silence()).isEqualTo(Duration.ofSeconds(36));
    }

    @Test
    void aScreenThatShowsMoreAndMoreIsASign() {
        for (var i = 0; i < 10; i++) {
            look(0, 0, "running", i + " %", 0);
        }

        assertThat(silence()).isZero();
    }

    @Test
    void whatTheScreenShowedBeforeAnotherSignCountsAgainAfterIt() {
        look(0, 0, "running", "a", 0);
        look(0, 0, "running", "b", 0);
        look(1, 0, "running", "b", 0);
        look(1, 0, "running", "a", 0);

        assertThat(silence()).isZero();
    }

    @Test
    void aGuestWithoutAScreenIsJudgedByTheRest() {
        look(1, 0, "running", null, 0);
        look(1, 0, "running", null, 0);

        assertThat(silence()).isEqualTo(Duration.ofSeconds(1));
    }

    private void look(long printed, long written, String state, @Nullable String screen, long told) {
        look(new GuestActivity(printed, written, state, screen, told));
    }

    private void look(GuestActivity vitals) {
        seconds++;
        life.isNewScreen(vitals, Duration.ofSeconds(seconds).toNanos());
    }

    private Duration silence() {
        return life.silence(Duration.ofSeconds(seconds).toNanos());
    }
}
