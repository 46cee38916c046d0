/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cstemplates.core.Failure;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class EventJsonTest {

    static Stream<BuildEvent> events() {
        return Stream.of(
                new BuildEvent.Started(
                        "b", "Debian 12", List.of("install"), List.of(Duration.ofMinutes(4)), Path.of("/builds/b")),
                new BuildEvent.PhaseStarted("b", "install", "changed: iso"),
                new BuildEvent.PhaseSkipped("b", "install", "nothing changed"),
                new BuildEvent.Waiting("b", "install", "memory"),
                new BuildEvent.Activity("b", "install", "\"quoted\"\nlines"),
                new BuildEvent.PhaseDone("b", "install", Duration.ofMillis(1500)),
                new BuildEvent.Done("b", 3, Duration.ofHours(1)));
    }

    @ParameterizedTest
    @MethodSource("events")
    void anEventIsReadAsItWasWritten(BuildEvent event) {
        assertThat(EventJson.write(event)).doesNotContain("\n");
        assertThat(EventJson.read(EventJson.write(event))).isEqualTo(event);
    }

    @ParameterizedTest
    @MethodSource("failing")
    void aFailureKeepsItsKindItsRemedyAndWhetherItIsTransient(BuildEvent event) {
        var failure = switch (EventJson.read(EventJson.write(event))) {
            case BuildEvent.Retrying retrying -> retrying.failure();
            case BuildEvent.Failed failed -> failed.failure();
            default -> throw new IllegalStateException("It was another event");
        };

        assertThat(failure).hasMessage("the mirror sleeps");
        assertThat(failure.kind()).isEqualTo(Failure.Kind.REMOTE);
        assertThat(failure.remedy()).isEqualTo("wait");
        assertThat(failure.isTransient()).isTrue();
    }

    static Stream<BuildEvent> failing() {
        var failure = Failure.remote("the mirror sleeps", "wait", true);
        return Stream.of(
                new BuildEvent.Retrying("b", "install", failure, Duration.ofSeconds(5)),
                new BuildEvent.Failed("b", "install", failure, Duration.ofSeconds(5)));
    }
}
