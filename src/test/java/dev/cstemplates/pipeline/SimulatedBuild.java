package dev.cstemplates.pipeline;

import dev.cstemplates.catalog.Definition;
import dev.cstemplates.catalog.Source;
import dev.cstemplates.core.Accelerator;
import dev.cstemplates.core.Architecture;
import dev.cstemplates.core.ByteSize;
import dev.cstemplates.core.CstHome;
import dev.cstemplates.core.Failure;
import dev.cstemplates.core.Hypervisor;
import dev.cstemplates.core.Retry;
import dev.cstemplates.core.Sha256;
import dev.cstemplates.engine.BuildExecutor;
import dev.cstemplates.engine.BuildLease;
import dev.cstemplates.engine.ResourceRequirements;
import dev.cstemplates.pipeline.layer.LayerStore;
import dev.cstemplates.pipeline.phase.Phase;
import dev.cstemplates.pipeline.phase.PhaseContext;
import dev.cstemplates.pipeline.request.BuildOptions;
import dev.cstemplates.pipeline.request.ResolvedBuild;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;

/** Builds with simulated phases, which take time and write their names. Everything else is real. */
public final class SimulatedBuild {

    /**
     * One phase.
     *
     * @param usual the time that it takes
     */
    record Step(String name, Duration usual, ResourceRequirements requirements) {}

    private SimulatedBuild() {}

    /** The content that the last phase of a finished build has written. */
    static String resultOf(List<Step> steps) {
        return String.join("+", steps.stream().map(Step::name).toList()) + "+";
    }

    public static ResolvedBuild spec(String id) {
        var definition = new Definition(
                id,
                id,
                "simulated",
                "1",
                LocalDate.of(2099, 1, 1),
                "apt",
                Map.of(),
                Map.of(),
                null,
                new Definition.Machine(1, ByteSize.ofMiB(512), ByteSize.ofMiB(1)),
                null,
                List.of(),
                new Definition.Guest("simulated", true, "C.UTF-8", "Etc/UTC"),
                new Definition.Limits(Duration.ofMinutes(1), Duration.ofMinutes(1), 4, Duration.ofDays(7)),
                Map.of(),
                new Definition.CloudStack(List.of("Other")),
                Sha256.of(id));
        return new ResolvedBuild(
                definition,
                Architecture.X86_64,
                Source.BOOTSTRAP,
                new TreeSet<>(List.of(Hypervisor.KVM)),
                null,
                null,
                Accelerator.TCG,
                null);
    }

    static LayerStore store(CstHome home) {
        return new LayerStore(home.layers(), home.locks(), Clock.systemUTC());
    }

    /**
     * Runs a build whose request is a key of {@code steps}; "" is for all others.
     *
     * @param inPhase called while a phase runs
     */
    static BuildExecutor executor(CstHome home, Map<String, List<Step>> steps, BiConsumer<Step, PhaseContext> inPhase) {
        return lease -> {
            var own = steps.getOrDefault(lease.request(), steps.getOrDefault("", List.of()));
            run(lease, home, own, inPhase);
        };
    }

    private static void run(BuildLease lease, CstHome home, List<Step> steps, BiConsumer<Step, PhaseContext> inPhase) {
        var phases = new ArrayList<Phase>();
        for (var i = 0; i < steps.size(); i++) {
            phases.add(new SimulatedPhase(
                    steps.get(i), i == 0 ? "" : steps.get(i - 1).name(), inPhase));
        }
        var pipeline = new Pipeline(
                phases,
                store(home),
                home,
                new PhaseDurations(home.host().resolve("timings.json")),
                Retry.of(3, Duration.ofMillis(20), Duration.ofMillis(40)),
                Clock.systemUTC());
        var log = new EventLog(Clock.systemUTC());
        pipeline.run(spec(lease.request()), BuildOptions.DEFAULT, lease, event -> {
            log.accept(event);
            lease.record(event);
        });
    }

    private record SimulatedPhase(Step step, String before, BiConsumer<Step, PhaseContext> inPhase) implements Phase {

        @Override
        public String name() {
            return step.name();
        }

        @Override
        public SortedMap<String, String> inputs(ResolvedBuild build) {
            return new TreeMap<>(Map.of("step", step.name()));
        }

        @Override
        public Duration usual() {
            return step.usual();
        }

        @Override
        public ResourceRequirements requirements(ResolvedBuild build) {
            return step.requirements();
        }

        @Override
        public void run(ResolvedBuild build, PhaseContext context) {
            try {
                var result = context.target().resolve("result");
                var input = before.isEmpty() ? "" : Files.readString(context.input(before, "result"));
                Files.writeString(result, input);
                inPhase.accept(step, context);
                Files.writeString(result, input + step.name() + "+");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Takes real time; ends early when interrupted. */
    static void sleep(Duration time) {
        try {
            Thread.sleep(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Failure.cancelled("A simulated phase").because(e);
        }
    }
}
