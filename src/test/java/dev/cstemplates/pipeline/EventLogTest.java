/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cstemplates.core.Failure;
import dev.cstemplates.engine.BuildEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventLogTest {

    @TempDir
    Path folder;

    private final EventLog log = new EventLog(Clock.systemUTC());

    /** {@code /dev/full} behaves like a full disk. */
    @Test
    void eventsThatDoNotFitOnTheDiskAreWrittenWithTheNextOne() throws IOException {
        var file = folder.resolve("events.jsonl");
        Files.createSymbolicLink(file, Path.of("/dev/full"));

        log.accept(started());
        log.accept(activity("first"));
        Files.delete(file);
        log.accept(activity("second"));

        assertThat(Files.readAllLines(file))
                .satisfiesExactly(
                        line -> assertThat(line).contains("Started"),
                        line -> assertThat(line).contains("first"),
                        line -> assertThat(line).contains("second"));
    }

    @Test
    void anotherProcessAppendsToTheLog() throws IOException {
        log.accept(started());
        var next = new EventLog(Clock.systemUTC());
        next.accept(started());

        assertThat(Files.readAllLines(folder.resolve("events.jsonl"))).hasSize(2);
    }

    @Test
    void anyOtherWriteErrorFailsTheBuild() throws IOException {
        Files.createDirectory(folder.resolve("events.jsonl"));

        assertThatThrownBy(() -> log.accept(started()))
                .isInstanceOf(Failure.class)
                .hasMessageContaining("Cannot write the event log " + folder);
    }

    private BuildEvent started() {
        return new BuildEvent.Started("debian-12-1", "Debian 12", List.of("install"), List.of(), folder);
    }

    private static BuildEvent activity(String text) {
        return new BuildEvent.Activity("debian-12-1", "install", text);
    }
}
