/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.cli.build;

import dev.cstemplates.cli.terminal.Output;
import dev.cstemplates.engine.BuildRecord;
import dev.cstemplates.engine.BuildRepository;
import dev.cstemplates.engine.PhaseRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cst history}. */
@Command(
        name = "history",
        description = "Shows how long the newest 500 builds and their phases took, newest first.",
        footerHeading = "%nExamples:%n",
        footer = {"  cst history", "  cst history debian-12 --json"})
public final class HistoryCommand implements Callable<Integer> {

    private static final int LIMIT = 500;

    private final Output output;
    private final Supplier<BuildRepository> builds;

    @Parameters(paramLabel = "ID", arity = "0..1", description = "Only builds whose id starts with this.")
    private @Nullable String name;

    @Option(names = "--json", description = "Print an array of objects.")
    private boolean json;

    public HistoryCommand(Output output, Supplier<BuildRepository> builds) {
        this.output = output;
        this.builds = builds;
    }

    @Override
    public Integer call() {
        var finished = builds.get().history(name == null ? "" : name, LIMIT);
        if (json) {
            output.json(finished.stream().map(this::fields).toList());
            return 0;
        }
        output.table(
                List.of("build", "outcome", "total", "phases"),
                finished.stream().map(this::row).toList());
        return 0;
    }

    private List<String> row(BuildRecord build) {
        var phases = new ArrayList<String>();
        times(build).forEach((phase, time) -> phases.add(phase + " " + ProgressRow.clock(time)));
        return List.of(build.id(), build.state().id(), ProgressRow.clock(total(build)), String.join(", ", phases));
    }

    private Map<String, Object> fields(BuildRecord build) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("id", build.id());
        fields.put("outcome", build.state().id());
        fields.put("totalSeconds", total(build).toSeconds());
        var phases = new LinkedHashMap<String, Object>();
        times(build).forEach((phase, time) -> phases.put(phase, time.toMillis() / 1000.0));
        fields.put("phaseSeconds", phases);
        return fields;
    }

    /** The phases that ran, all their attempts together. */
    private Map<String, Duration> times(BuildRecord build) {
        var times = new LinkedHashMap<String, Duration>();
        builds.get().phases(build.id()).stream()
                .filter(phase -> phase.state() != PhaseRecord.State.SKIPPED)
                .forEach(phase -> times.merge(phase.phase(), phase.elapsed(), Duration::plus));
        return times;
    }

    private static Duration total(BuildRecord build) {
        var start = build.startedAt();
        var end = build.endedAt();
        return start == null || end == null ? Duration.ZERO : Duration.between(start, end);
    }
}
