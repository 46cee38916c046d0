package dev.cstemplates.cli.build;

import dev.cstemplates.cli.terminal.Output;
import dev.cstemplates.engine.BuildRecord;
import dev.cstemplates.engine.BuildRepository;
import dev.cstemplates.engine.HostRecord;
import dev.cstemplates.engine.PhaseRecord;
import dev.cstemplates.engine.StoredFailure;
import dev.cstemplates.engine.WorkerName;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cst status}. */
@Command(
        name = "status",
        description = "Shows the newest builds and what they are waiting for, or one build with its phases.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  cst status                    the newest builds of all hosts that share the database",
            "  cst status debian-12 --why    why each phase of the newest Debian 12 build ran or did not"
        })
public final class StatusCommand implements Callable<Integer> {

    private static final int SHOWN = 20;

    private final Output output;
    private final Supplier<BuildRepository> builds;
    private final Supplier<WorkerName> worker;
    private final Clock clock;

    @Parameters(
            paramLabel = "BUILD",
            arity = "0..1",
            description = "A build's id, a unique prefix of it, or a template's id for its newest build.")
    private @Nullable String name;

    @Option(names = "--why", description = "Show why each phase ran or did not: which input had changed.")
    private boolean why;

    @Option(names = "--json", description = "Print an array of objects, or one object.")
    private boolean json;

    public StatusCommand(Output output, Supplier<BuildRepository> builds, Supplier<WorkerName> worker, Clock clock) {
        this.output = output;
        this.builds = builds;
        this.worker = worker;
        this.clock = clock;
    }

    @Override
    public Integer call() {
        builds.get().recover(worker.get().host());
        if (name == null) {
            all();
        } else {
            one(BuildLookup.find(builds.get(), name));
        }
        return 0;
    }

    private void all() {
        var newest = builds.get().newest(SHOWN);
        if (json) {
            output.json(newest.stream().map(this::fields).toList());
        } else if (newest.isEmpty()) {
            output.line("No builds yet. Start with 'cst build debian-12'.");
        } else {
            output.table(
                    List.of("build", "state", "phase", "host", "time", "waiting for"),
                    newest.stream().map(this::row).toList());
        }
        var hosts = builds.get().hosts();
        if (!json && !hosts.isEmpty()) {
            output.line("");
            output.table(
                    List.of("host", "state", "last seen", "memory", "cpus", "queues"),
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
                String.join(" ", host.queues()));
    }

    private List<String> row(BuildRecord build) {
        return List.of(
                build.id(),
                build.state().id(),
                orEmpty(build.phase()),
                orEmpty(build.host()),
                ProgressRow.clock(elapsed(build)),
                orEmpty(build.waitingFor()));
    }

    private void one(BuildRecord build) {
        var phases = builds.get().phases(build.id());
        if (json) {
            var fields = fields(build);
            fields.put("phases", phases.stream().map(StatusCommand::fields).toList());
            output.json(fields);
            return;
        }
        var facts = new ArrayList<List<String>>();
        facts.add(List.of("build", build.id()));
        facts.add(List.of("title", build.title()));
        facts.add(List.of("state", build.state().id()));
        facts.add(List.of("time", ProgressRow.clock(elapsed(build))));
        facts.add(List.of("host", orEmpty(build.host())));
        builds.get().artifacts(build.id()).forEach(made -> facts.add(List.of("artifact", made.reference())));
        if (build.waitingFor() != null) {
            facts.add(List.of("waiting for", build.waitingFor()));
        }
        if (build.failure() != null) {
            facts.add(List.of("failure", build.failure().message()));
            facts.add(List.of("remedy", build.failure().remedy()));
        }
        output.facts(facts);
        output.line("");
        output.table(
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
                : Duration.between(start, Objects.requireNonNullElseGet(build.endedAt(), clock::instant));
    }

    private Map<String, Object> fields(BuildRecord build) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("id", build.id());
        fields.put("title", build.title());
        fields.put("state", build.state().id());
        fields.put("queue", build.queue());
        fields.put("priority", build.priority());
        put(fields, "host", build.host());
        put(fields, "phase", build.phase());
        put(fields, "waitingFor", build.waitingFor());
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
