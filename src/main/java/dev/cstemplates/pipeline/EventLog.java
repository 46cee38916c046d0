package dev.cstemplates.pipeline;

import dev.cstemplates.core.Failure;
import dev.cstemplates.core.ResourceExhaustion;
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
 * Keeps a build's events as JSON lines: {@code events.jsonl} in the build's folder. What finds no room there comes with the next event:
 * a full disk is no reason to end a build that waits for it to have room again.
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
                throw Failure.host("The build's events can't be kept in " + file + ": " + e, "Look at who owns it.")
                        .because(e);
            }
        }
    }

    /** All or nothing: no reader meets half a line. */
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
