package dev.cstemplates.cli.build;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cstemplates.engine.BuildEvent;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProgressRowTest {

    private static final Instant START = Instant.parse("2026-11-22T20:00:00Z");

    private final ProgressRow line = new ProgressRow(
            new BuildEvent.Started(
                    "debian-12-1",
                    "Debian 12",
                    List.of("install", "prepare", "export"),
                    List.of(Duration.ofMinutes(3), Duration.ofMinutes(2), Duration.ofMinutes(1)),
                    Path.of("builds")),
            START);

    @Test
    void showsPhaseElapsedTimeAndEstimate() {
        line.apply(new BuildEvent.PhaseStarted("debian-12-1", "prepare", "it never ran on this host"), START);
        line.apply(new BuildEvent.Activity("debian-12-1", "prepare", "Upgrading packages\nsecond line"), START);

        assertThat(line.text(START.plusSeconds(90), 120))
                .isEqualTo("debian-12-1  2/3 prepare   1:30 of ~2:00, ~1:30 left  Upgrading packages");
    }

    @Test
    void anOverduePhaseCountsAsZeroInTheEstimate() {
        line.apply(new BuildEvent.PhaseStarted("debian-12-1", "prepare", ""), START);

        assertThat(line.text(START.plusSeconds(600), 120)).contains("10:00 of ~2:00, ~1:00 left");
    }

    @Test
    void isCutToTheTerminalWidthWithoutControlCharacters() {
        line.apply(new BuildEvent.Activity("debian-12-1", "install", "\u001b[31m" + "x".repeat(500)), START);

        assertThat(line.text(START, 60)).hasSize(60).endsWith("…").doesNotContain("\u001b");
    }

    @Test
    void hoursAreShownFromOneHourOn() {
        assertThat(ProgressRow.clock(Duration.ofSeconds(3725))).isEqualTo("1:02:05");
        assertThat(ProgressRow.clock(Duration.ofSeconds(65))).isEqualTo("1:05");
    }
}
