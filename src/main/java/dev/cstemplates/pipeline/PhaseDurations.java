package dev.cstemplates.pipeline;

import dev.cstemplates.core.CstHome;
import dev.cstemplates.core.FileTrees;
import dev.cstemplates.pipeline.phase.Phase;
import dev.cstemplates.pipeline.request.ResolvedBuild;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** How long phases took on this host the last time, for estimates. Losing it costs nothing but an estimate. */
public final class PhaseDurations {

    private final Path file;

    public PhaseDurations(Path file) {
        this.file = file;
    }

    /** What a phase of this build will take about: as the last time, else as usual for it under this accelerator. */
    public Duration expected(ResolvedBuild build, Phase phase) {
        var seconds = read().get(name(build, phase));
        return seconds == null ? phase.usual() : Duration.ofSeconds(seconds);
    }

    /** Remembers what a phase took. */
    void record(ResolvedBuild build, Phase phase, Duration elapsed) {
        var all = new TreeMap<>(read());
        all.put(name(build, phase), elapsed.toSeconds());
        try {
            var folder = CstHome.made(FileTrees.parentOf(file));
            var part = Files.createTempFile(folder, "timings", ".part");
            Files.writeString(part, JsonMapper.shared().writeValueAsString(all));
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            // An estimate is not worth failing a finished phase for.
        }
    }

    private static String name(ResolvedBuild build, Phase phase) {
        return build.subject() + "/" + phase.name() + "/" + build.accelerator().id();
    }

    private Map<String, Long> read() {
        if (!Files.isRegularFile(file)) {
            return Map.of();
        }
        try {
            return JsonMapper.shared().readValue(file, new TypeReference<Map<String, Long>>() {});
        } catch (JacksonException e) {
            return Map.of();
        }
    }
}
