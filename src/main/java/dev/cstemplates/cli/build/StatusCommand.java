package dev.cstemplates.cli.build;

import dev.cstemplates.cli.App;
import dev.cstemplates.engine.BuildRecord;
import dev.cstemplates.engine.HostRecord;
import dev.cstemplates.engine.PhaseRecord;
import dev.cstemplates.engine.StoredFailure;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cst status}. */
@Command(
        name = "status",
        description = "Shows the newest builds and what they wait for, or one build with its phases.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  cst status                    the newest builds, of all hosts that share the database",
            "  cst status debian-12 --why    the newest of Debian 12: why each phase ran, or did not"
        })
public final class StatusCommand implements Callable<Integer> {

    private static final int SHOWN = 20;

    private final App app;

    @Parameters(paramLabel = "BUILD", arity = "0..1", description = "A build's id, or how it begins.")
    private @Nullable String name;

    @Option(names = "--why", description = "Say why each phase ran or did not: which input had changed.")
    private boolean why;

    @Option(names = "--json", description = "Print an array of objects, or one object.")
    private boolean json;

    public StatusCommand(App app) {
        this.app = app;
    }

    @Override
    public Integer call() {
        app.builds().recover(app.worker().host());
        if (name == null) {
            all();
        } else {
            one(BuildLookup.named(app.builds(), name));
        }
        return 0;
    }

    private void all() {
        var builds = app.builds().newest(SHOWN);
        if (json) {
            app.output().json(builds.stream().map(this::fields).toList());
        } else if (builds.isEmpty()) {
            app.output().line("Nothing was built yet: begin with 'cst build debian-12'.");
        } else {
            app.output()
                    .table(
                            List.of("build", "state", "phase", "host", "time", "waits for"),
                            builds.stream().map(this::row).toList());
        }
        var hosts = app.builds().hosts();
        if (!json && !hosts.isEmpty()) {
            app.output().line("");
            app.output()
                    .table(
                            List.of("host", "state", "last seen", "memory", "cpus", "takes"),
                            hosts.stream().map(StatusCommand::row).toList());
        }
    }

    private static List<String> row(HostRecord host) {
        return List.of(
                host.name(),
                host.state(),
                host.seenAt().truncatedTo(ChronoUnit.SECONDS).toString(),
                host.budget().memory().toString(),
                Integer.toString(host.budget().cpus()),
                String.join(" ", host.routes()));
    }

    private List<String> row(BuildRecord build) {
        return List.of(
                build.id(),
                build.state().id(),
                orEmpty(build.phase()),
                orEmpty(build.host()),
                ProgressRow.clock(elapsed(build)),
                orEmpty(build.waitsFor()));
    }

    private void one(BuildRecord build) {
        var phases = app.builds().phases(build.id());
        if (json) {
            var fields = fields(build);
            fields.put("phases", phases.stream().map(StatusCommand::fields).toList());
            app.output().json(fields);
            return;
        }
        var facts = new ArrayList<List<String>>();
        facts.add(List.of("build", build.id()));
        facts.add(List.of("title", build.title()));
        facts.add(List.of("state", build.state().id()));
        facts.add(List.of("time", ProgressRow.clock(elapsed(build))));
        facts.add(List.of("host", orEmpty(build.host())));
        app.builds().artifacts(build.id()).forEach(made -> facts.add(List.of("artifact", made.reference())));
        if (build.waitsFor() != null) {
            facts.add(List.of("waits for", build.waitsFor()));
        }
        if (build.failure() != null) {
            facts.add(List.of("failure", build.failure().message()));
            facts.add(List.of("remedy", build.failure().remedy()));
        }
        app.output().facts(facts);
        app.output().line("");
        app.output()
                .table(
                        List.of("phase", "attempt", "state", "time", why ? "why" : "error"),
                        phases.stream().map(this::row).toList());
    }

    private List<String> row(PhaseRecord phase) {
        var cause = phase.cause();
        return List.of(
                phase.phase(),
                Integer.toString(phase.attempt()),
                state(phase),
                ProgressRow.clock(phase.elapsed()),
                why ? phase.reason() : cause == null ? "" : cause.message());
    }

    private static String state(PhaseRecord phase) {
        return switch (phase.state()) {
            case RUNNING -> "running";
            case DONE -> "done";
            case SKIPPED -> "up to date";
            case FAILED -> "failed";
        };
    }

    private Duration elapsed(BuildRecord build) {
        var start = build.startedAt();
        return start == null
                ? Duration.ZERO
                : Duration.between(start, Objects.requireNonNullElseGet(build.endedAt(), app.clock()::instant));
    }

    private Map<String, Object> fields(BuildRecord build) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("id", build.id());
        fields.put("title", build.title());
        fields.put("state", build.state().id());
        fields.put("route", build.route());
        fields.put("priority", build.priority());
        put(fields, "host", build.host());
        put(fields, "phase", build.phase());
        put(fields, "waitsFor", build.waitsFor());
        fields.put("phasesRun", build.phasesRun());
        fields.put("submittedAt", build.submittedAt().toString());
        put(fields, "startedAt", build.startedAt());
        put(fields, "endedAt", build.endedAt());
        fields.put("elapsedSeconds", elapsed(build).toSeconds());
        putFailure(fields, build.failure());
        return fields;
    }

    private static Map<String, Object> fields(PhaseRecord phase) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("phase", phase.phase());
        fields.put("attempt", phase.attempt());
        fields.put("state", state(phase));
        fields.put("why", phase.reason());
        fields.put("elapsedSeconds", phase.elapsed().toSeconds());
        putFailure(fields, phase.cause());
        return fields;
    }

    private static void putFailure(Map<String, Object> fields, @Nullable StoredFailure failure) {
        if (failure != null) {
            fields.put("error", failure.message());
            fields.put("remedy", failure.remedy());
        }
    }

    private static void put(Map<String, Object> fields, String name, @Nullable Object value) {
        if (value != null) {
            fields.put(name, value.toString());
        }
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }
}
