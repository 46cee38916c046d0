/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.cli.build;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cstemplates.cli.terminal.CheckoutPaths;
import dev.cstemplates.cli.terminal.Output;
import dev.cstemplates.core.Failure;
import dev.cstemplates.engine.BuildEvent;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Progress of builds without a terminal. */
class PlainProgressTest {

    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-22T20:00:00Z"), ZoneId.of("UTC"));

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void oneLinePerEventNamesTheFilesOfTheCheckout(boolean quiet) {
        var paths = new CheckoutPaths("/cst");
        var output = new Output(paths.over(stream(out)), paths.over(stream(err)));
        var failure = Failure.usage("/cst/target/launch/7/templates/debian/12.yaml: unknown key", "Fix the file.");

        try (var progress = Progress.open(output, CLOCK, quiet)) {
            progress.accept(new BuildEvent.PhaseStarted("debian-12-1", "install", "changed: iso"));
            progress.accept(new BuildEvent.Failed("debian-12-1", "install", failure, Duration.ofSeconds(5)));
        }

        assertThat((quiet ? err : out).toString(StandardCharsets.UTF_8).lines())
                .satisfiesExactly(
                        line -> assertThat(line).endsWith(" debian-12-1  install starts (changed: iso)"),
                        line -> assertThat(line)
                                .endsWith(" debian-12-1  install failed after 0:05: /cst/templates/debian/12.yaml:"
                                        + " unknown key"));
        assertThat((quiet ? out : err).size()).isZero();
    }

    private static PrintStream stream(ByteArrayOutputStream bytes) {
        return new PrintStream(bytes, true, StandardCharsets.UTF_8);
    }
}
