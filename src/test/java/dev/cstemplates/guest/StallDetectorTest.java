package dev.cstemplates.guest;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class StallDetectorTest {

    private final StallDetector detector = new StallDetector(0);
    private long seconds;

    @Test
    void outputWritesReportsAndStateChangesAreProgress() {
        poll(0, 0, "running", "a", 0);
        for (var activity : new GuestActivity[] {
            new GuestActivity(1, 0, "running", "a", 0),
            new GuestActivity(1, 1, "running", "a", 0),
            new GuestActivity(1, 1, "running", "a", 1),
            new GuestActivity(1, 1, "paused", "a", 1)
        }) {
            poll(activity);
            assertThat(silence()).as("%s", activity).isZero();
        }
    }

    @Test
    void unchangedScreenIsNoProgress() {
        for (var i = 0; i < 10; i++) {
            poll(5, 5, "running", "a", 0);
        }

        assertThat(silence()).isEqualTo(Duration.ofSeconds(9));
    }

    @Test
    void blinkingCursorIsNoProgress() {
        poll(0, 0, "running", "without cursor", 0);
        for (var i = 0; i < 10; i++) {
            poll(0, 0, "running", i % 2 == 0 ? "with cursor" : "without cursor", 0);
        }

        assertThat(silence()).isEqualTo(Duration.ofSeconds(9));
    }

    @Test
    void spinnerIsNoProgress() {
        for (var i = 0; i < 40; i++) {
            poll(0, 0, "running", "wheel " + i % 4, 0);
        }

        assertThat(silence()).isEqualTo(Duration.ofSeconds(36));
    }

    @Test
    void newScreensAreProgress() {
        for (var i = 0; i < 10; i++) {
            poll(0, 0, "running", i + " %", 0);
        }

        assertThat(silence()).isZero();
    }

    @Test
    void screenSeenBeforeOtherProgressCountsAgain() {
        poll(0, 0, "running", "a", 0);
        poll(0, 0, "running", "b", 0);
        poll(1, 0, "running", "b", 0);
        poll(1, 0, "running", "a", 0);

        assertThat(silence()).isZero();
    }

    @Test
    void guestWithoutAScreenUsesTheOtherSigns() {
        poll(1, 0, "running", null, 0);
        poll(1, 0, "running", null, 0);

        assertThat(silence()).isEqualTo(Duration.ofSeconds(1));
    }

    private void poll(long printed, long written, String state, @Nullable String screen, long notified) {
        poll(new GuestActivity(printed, written, state, screen, notified));
    }

    private void poll(GuestActivity activity) {
        seconds++;
        detector.isNewScreen(activity, Duration.ofSeconds(seconds).toNanos());
    }

    private Duration silence() {
        return detector.silence(Duration.ofSeconds(seconds).toNanos());
    }
}
