package dev.cstemplates.pipeline;

import dev.cstemplates.host.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

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
                    JsonMapper.shared().writeValueAsString(line(event)) + "\n",
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw Failure.host("The build's events can't be kept in " + file + ": " + e, "Look for a full disk.")
                    .because(e);
        }
    }

    private Map<String, Object> line(BuildEvent event) {
        var line = new LinkedHashMap<String, Object>();
        line.put("time", clock.instant().toString());
        line.put("event", event.getClass().getSimpleName());
        switch (event) {
            case BuildEvent.Started started -> {
                line.put("title", started.title());
                line.put("phases", started.phases());
            }
            case BuildEvent.PhaseStarted begun -> put(line, begun.phase(), "reason", begun.reason());
            case BuildEvent.PhaseSkipped skipped -> put(line, skipped.phase(), "reason", skipped.reason());
            case BuildEvent.Waiting waiting -> line.put("phase", waiting.phase());
            case BuildEvent.Activity doing -> put(line, doing.phase(), "text", doing.text());
            case BuildEvent.Retrying retrying -> {
                put(line, retrying.phase(), "failure", failure(retrying.failure()));
                line.put("pauseSeconds", seconds(retrying.pause()));
            }
            case BuildEvent.PhaseDone done -> put(line, done.phase(), "elapsedSeconds", seconds(done.elapsed()));
            case BuildEvent.Done done -> {
                line.put("phasesRun", done.phasesRun());
                line.put("elapsedSeconds", seconds(done.elapsed()));
            }
            case BuildEvent.Failed failed -> {
                put(line, failed.phase(), "failure", failure(failed.failure()));
                line.put("elapsedSeconds", seconds(failed.elapsed()));
            }
        }
        return line;
    }

    private static void put(Map<String, Object> line, String phase, String name, Object value) {
        line.put("phase", phase);
        line.put(name, value);
    }

    private static Map<String, Object> failure(Failure failure) {
        var told = new LinkedHashMap<String, Object>();
        told.put("kind", failure.kind().name());
        told.put("message", failure.message());
        told.put("remedy", failure.remedy());
        told.put("transient", failure.isTransient());
        return told;
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }
}
