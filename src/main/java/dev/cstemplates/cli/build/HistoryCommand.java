package dev.cstemplates.cli.build;

import dev.cstemplates.cli.App;
import dev.cstemplates.engine.BuildRecord;
import dev.cstemplates.engine.PhaseRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cst history}. */
@Command(
        name = "history",
        description = "Shows how long builds and each of their phases took, the newest first.",
        footerHeading = "%nExamples:%n",
        footer = {"  cst history", "  cst history debian-12 --json"})
public final class HistoryCommand implements Callable<Integer> {

    private static final int MOST = 500;

    private final App app;

    @Parameters(paramLabel = "ID", arity = "0..1", description = "Only builds whose id begins so.")
    private @Nullable String name;

    @Option(names = "--json", description = "Print an array of objects.")
    private boolean json;

    public HistoryCommand(App app) {
        this.app = app;
    }

    @Override
    public Integer call() {
        var builds = app.builds().newest(MOST).stream()
                .filter(build -> build.state().isOver())
                .filter(build -> name == null || build.id().startsWith(name))
                .toList();
        if (json) {
            app.output().json(builds.stream().map(this::fields).toList());
            return 0;
        }
        app.output()
                .table(
                        List.of("build", "outcome", "total", "phases"),
                        builds.stream().map(this::row).toList());
        return 0;
    }

    private List<String> row(BuildRecord build) {
        var words = new ArrayList<String>();
        times(build).forEach((phase, time) -> words.add(phase + " " + ProgressRow.clock(time)));
        return List.of(build.id(), build.state().id(), ProgressRow.clock(total(build)), String.join(", ", words));
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

    /** The phases that ran, all their tries together. */
    private Map<String, Duration> times(BuildRecord build) {
        var times = new LinkedHashMap<String, Duration>();
        app.builds().phases(build.id()).stream()
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
