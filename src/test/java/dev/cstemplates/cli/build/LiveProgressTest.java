/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.cli.build;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cstemplates.cli.terminal.CheckoutPaths;
import dev.cstemplates.core.Failure;
import dev.cstemplates.engine.BuildEvent;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.jline.terminal.Terminal;
import org.jline.utils.ScreenTerminal;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a user sees on the screen of a terminal while builds run. */
class LiveProgressTest {

    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-22T20:00:00Z"), ZoneOffset.UTC);

    private ScreenTerminal screen;
    private Terminal terminal;
    private LiveProgress progress;

    @BeforeEach
    void open() throws IOException {
        var virtual = ScreenTerminal.withTerminal("test", "xterm", 90, 12);
        screen = virtual.screen();
        terminal = virtual.terminal();
        progress = new LiveProgress(terminal, new CheckoutPaths("/cst")::replaceIn, CLOCK);
    }

    @AfterEach
    void close() {
        progress.close();
    }

    @Test
    void eachRunningBuildHasOneLineBelowTheFinishedSteps() {
        start("debian-12-1");
        start("fedora-44-1");
        progress.accept(new BuildEvent.PhaseStarted("debian-12-1", "install", "changed: iso"));
        progress.accept(new BuildEvent.Activity("debian-12-1", "install", "Unpacking"));
        progress.accept(new BuildEvent.Activity("debian-12-1", "install", "Configuring"));
        progress.accept(new BuildEvent.PhaseSkipped("fedora-44-1", "install", "nothing changed"));

        assertThat(lines())
                .containsExactly(
                        "debian-12-1  A template; logs in /logs",
                        "fedora-44-1  A template; logs in /logs",
                        "fedora-44-1  install is up to date: nothing changed",
                        "debian-12-1  1/2 install   0:00 of ~3:00, ~5:00 left  Configuring",
                        "fedora-44-1  1/2 install   0:00 of ~3:00, ~5:00 left  is up to date");
    }

    @Test
    void aFinishedBuildLosesItsLineAndItsOutcomeStays() {
        start("debian-12-1");
        progress.accept(new BuildEvent.PhaseStarted("debian-12-1", "install", "changed: iso"));
        progress.accept(new BuildEvent.PhaseDone("debian-12-1", "install", Duration.ofSeconds(65)));
        progress.accept(new BuildEvent.Done("debian-12-1", 1, Duration.ofSeconds(70)));

        assertThat(lines())
                .containsExactly(
                        "debian-12-1  A template; logs in /logs",
                        "debian-12-1  install done in 1:05",
                        "debian-12-1  built in 1:10");
    }

    @Test
    void aLongActivityIsCutToTheWidthOfTheTerminal() {
        start("debian-12-1");
        progress.accept(new BuildEvent.Activity("debian-12-1", "install", "x".repeat(500)));

        assertThat(lines()).hasSize(2);
        assertThat(lines().getLast()).hasSize(89).endsWith("x…");
    }

    @Test
    void filesOfTheSnapshotAreNamedAsThoseOfTheCheckout() {
        start("debian-12-1");
        var failure = Failure.usage("/cst/target/launch/7/templates/debian/12.yaml: unknown key", "Fix the file.");
        progress.accept(new BuildEvent.Failed("debian-12-1", "install", failure, Duration.ZERO));

        assertThat(lines().getLast())
                .isEqualTo("debian-12-1  install failed after 0:00: /cst/templates/debian/12.yaml: unknown key");
    }

    @Test
    void closingRemovesTheLiveLines() {
        start("debian-12-1");
        progress.close();

        assertThat(lines()).containsExactly("debian-12-1  A template; logs in /logs");
    }

    /** JLine closes the terminal on Ctrl-C while builds still clean up. */
    @Test
    void aClosedTerminalFailsNoBuild() throws IOException {
        start("debian-12-1");
        terminal.close();

        progress.accept(new BuildEvent.Activity("debian-12-1", "install", "Cleaning up"));
        progress.accept(new BuildEvent.Done("debian-12-1", 1, Duration.ZERO));

        assertThat(lines()).noneMatch(line -> line.contains("Cleaning up"));
    }

    private void start(String build) {
        progress.accept(new BuildEvent.Started(
                build,
                "A template",
                List.of("install", "export"),
                List.of(Duration.ofMinutes(3), Duration.ofMinutes(2)),
                Path.of("/logs")));
    }

    /** The lines of the screen that are not empty. */
    private List<String> lines() {
        return screen.toString()
                .lines()
                .map(String::stripTrailing)
                .filter(line -> !line.isEmpty())
                .toList();
    }
}
