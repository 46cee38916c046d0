/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.pipeline;

import dev.cstemplates.core.JsonFiles;
import dev.cstemplates.pipeline.phase.Phase;
import dev.cstemplates.pipeline.request.ResolvedBuild;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/** How long phases took on this host when they last ran, for estimates. The file may be deleted at any time. */
public final class PhaseDurations {

    private final Path file;

    public PhaseDurations(Path file) {
        this.file = file;
    }

    /** Expected duration of a phase: that of its last run with this accelerator, else the usual one. */
    public Duration expected(ResolvedBuild build, Phase phase) {
        var seconds = read().get(name(build, phase));
        return seconds == null ? phase.usual() : Duration.ofSeconds(seconds);
    }

    /** Stores how long a phase took. */
    void record(ResolvedBuild build, Phase phase, Duration elapsed) {
        var all = new TreeMap<>(read());
        all.put(name(build, phase), elapsed.toSeconds());
        try {
            JsonFiles.write(file, all);
        } catch (IOException e) {
            // An estimate is not worth failing a finished phase.
        }
    }

    private static String name(ResolvedBuild build, Phase phase) {
        return build.subject() + "/" + phase.name() + "/" + build.accelerator().id();
    }

    private Map<String, Long> read() {
        try {
            return JsonFiles.readMap(file, Long.class);
        } catch (IOException e) {
            return Map.of();
        }
    }
}
