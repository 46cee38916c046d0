package dev.cstemplates.pipeline;

import dev.cstemplates.host.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Keeps a build's events as JSON lines: {@code events.jsonl} in the build's folder. */
public final class EventLog implements Consumer<BuildEvent> {

    private final Clock clock;
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
        try {
            Files.writeString(
                    file,
                    EventJson.line(clock.instant(), event) + "\n",
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw Failure.host("The build's events can't be kept in " + file + ": " + e, "Look for a full disk.")
                    .because(e);
        }
    }
}
