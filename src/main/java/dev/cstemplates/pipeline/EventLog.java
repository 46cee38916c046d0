/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.pipeline;

import dev.cstemplates.core.Failure;
import dev.cstemplates.core.ResourceExhaustion;
import dev.cstemplates.engine.BuildEvent;
import dev.cstemplates.engine.EventJson;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes a build's events as JSON lines to {@code events.jsonl} in the build's folder. On a full disk they are written with the next
 * event: a build that waits for free space must not fail because of its log.
 */
public final class EventLog implements Consumer<BuildEvent> {

    private final Clock clock;
    private final StringBuilder unwritten = new StringBuilder();
    private @Nullable Path file;

    public EventLog(Clock clock) {
        this.clock = clock;
    }

    @Override
    public synchronized void accept(BuildEvent event) {
        if (event instanceof BuildEvent.Started started) {
            file = started.folder().resolve("events.jsonl");
        }
        if (file == null) {
            return;
        }
        unwritten.append(EventJson.line(clock.instant(), event)).append('\n');
        try (var log = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            append(log, ByteBuffer.wrap(unwritten.toString().getBytes(StandardCharsets.UTF_8)));
            unwritten.setLength(0);
        } catch (IOException e) {
            if (!ResourceExhaustion.isCauseOf(e)) {
                throw Failure.host("Cannot write the event log " + file + ": " + e, "Check its owner and permissions.")
                        .because(e);
            }
        }
    }

    /** Appends all lines or none, so that no reader sees half a line. */
    private static void append(FileChannel log, ByteBuffer lines) throws IOException {
        var end = log.size();
        try {
            log.position(end);
            while (lines.hasRemaining()) {
                var _ = log.write(lines);
            }
        } catch (IOException e) {
            log.truncate(end);
            throw e;
        }
    }
}
