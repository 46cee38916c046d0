/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.pipeline;

import dev.cstemplates.catalog.Source;
import dev.cstemplates.core.CstHome;
import dev.cstemplates.core.Failure;
import dev.cstemplates.core.Retry;
import dev.cstemplates.engine.BuildEvent;
import dev.cstemplates.engine.BuildLease;
import dev.cstemplates.engine.ResourceRequirements;
import dev.cstemplates.pipeline.layer.Layer;
import dev.cstemplates.pipeline.layer.LayerPruning;
import dev.cstemplates.pipeline.layer.LayerStore;
import dev.cstemplates.pipeline.phase.Phase;
import dev.cstemplates.pipeline.phase.PhaseContext;
import dev.cstemplates.pipeline.request.BuildOptions;
import dev.cstemplates.pipeline.request.ResolvedBuild;
import dev.cstemplates.pipeline.work.WorkDir;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Runs a build through its phases and reuses the layers of earlier builds. */
public final class Pipeline {

    /** The retries of one phase. */
    public static final Retry RETRY = Retry.of(3, Duration.ofSeconds(20), Duration.ofMinutes(5));

    private final List<Phase> phases;
    private final LayerStore store;
    private final LayerCachePolicy cachePolicy;
    private final CstHome home;
    private final PhaseDurations durations;
    private final Retry retries;
    private final Clock clock;

    public Pipeline(
            List<Phase> phases, LayerStore store, CstHome home, PhaseDurations durations, Retry retries, Clock clock) {
        this.phases = List.copyOf(phases);
        this.store = store;
        this.cachePolicy = new LayerCachePolicy(store, clock, phases());
        this.home = home;
        this.durations = durations;
        this.retries = retries;
        this.clock = clock;
    }

    /** The phases' names, in order. */
    public List<String> phases() {
        return phases.stream().map(Phase::name).distinct().toList();
    }

    /** What {@link #run} would do now. Changes nothing. */
    public Plan plan(ResolvedBuild build, BuildOptions options) {
        var steps = new ArrayList<Plan.Step>();
        var layers = new LinkedHashMap<String, Layer>();
        for (var phase : selected(build, options)) {
            if (!steps.isEmpty() && steps.getLast().runs()) {
                steps.add(step(phase, build, "its input changes"));
                continue;
            }
            var inputs = LayerCachePolicy.inputs(phase, build, layers);
            var reusable = cachePolicy.layer(phase, build, inputs, options);
            reusable.ifPresent(layer -> layers.put(phase.name(), layer));
            steps.add(reusable.map(layer -> new Plan.Step(
                            phase.name(), false, cachePolicy.upToDate(layer), Duration.ZERO, ResourceRequirements.NONE))
                    .orElseGet(() -> step(phase, build, cachePolicy.whyNot(phase, build, inputs, options))));
        }
        return new Plan(steps);
    }

    private Plan.Step step(Phase phase, ResolvedBuild build, String why) {
        return new Plan.Step(phase.name(), true, why, durations.expected(build, phase), phase.requirements(build));
    }

    /**
     * The names of the phases of a build, in order.
     *
     * @throws Failure of kind usage if the options name a phase that the build does not have, or its medium is missing
     */
    public List<String> check(ResolvedBuild build, BuildOptions options) {
        if (build.source() != Source.BOOTSTRAP) {
            build.mediaSource();
        } else if (build.medium() != null) {
            throw Failure.usage(
                    "Source bootstrap uses no ISO: its packages come from the archive",
                    "Omit " + build.medium().file() + ", or choose --source iso.");
        }
        return selected(build, options).stream().map(Phase::name).toList();
    }

    /**
     * Runs a build and reports its events to {@code listener}. The caller reports the end of the build.
     *
     * @return the layers of all phases that were requested, in order
     */
    public Map<String, Layer> run(
            ResolvedBuild build, BuildOptions options, BuildLease lease, Consumer<BuildEvent> listener) {
        var selected = selected(build, options);
        try (var workDir = WorkDir.open(
                home,
                WorkDir.Kind.BUILD,
                lease.id(),
                warning -> listener.accept(new BuildEvent.Activity(lease.id(), "", warning)))) {
            listener.accept(new BuildEvent.Started(
                    lease.id(),
                    build.definition().title(),
                    selected.stream().map(Phase::name).toList(),
                    selected.stream()
                            .map(phase -> durations.expected(build, phase))
                            .toList(),
                    workDir.logs()));
            return new Run(build, options, selected, lease, workDir, listener).runPhases();
        }
    }

    /** One build in progress. */
    private final class Run {

        private final ResolvedBuild build;
        private final BuildOptions options;
        private final List<Phase> selected;
        private final BuildLease lease;
        private final Set<String> finished;
        private final WorkDir workDir;
        private final Consumer<BuildEvent> listener;
        private final Map<String, Layer> layers = new LinkedHashMap<>();

        Run(
                ResolvedBuild build,
                BuildOptions options,
                List<Phase> selected,
                BuildLease lease,
                WorkDir workDir,
                Consumer<BuildEvent> listener) {
            this.build = build;
            this.options = options;
            this.selected = selected;
            this.lease = lease;
            this.finished = lease.finishedPhases();
            this.workDir = workDir;
            this.listener = listener;
        }

        Map<String, Layer> runPhases() {
            selected.forEach(phase -> layers.put(phase.name(), layerOf(phase)));
            prune();
            return layers;
        }

        /** Failure to prune old layers must not fail a finished build. */
        private void prune() {
            try {
                store.policy().ifPresent(new LayerPruning(store, home, clock)::prune);
            } catch (RuntimeException e) {
                var failure = lease.failure(e);
                if (failure.kind() == Failure.Kind.CANCELLED) {
                    throw failure;
                }
            }
        }

        private Layer layerOf(Phase phase) {
            var inputs = LayerCachePolicy.inputs(phase, build, layers);
            var reusable = cachePolicy.layer(phase, build, inputs, optionsFor(phase));
            var reused = reusable.flatMap(this::take);
            if (reused.isPresent()) {
                return skip(phase, reused.get(), cachePolicy.upToDate(reusable.get()));
            }
            var key = LayerStore.key(phase.name(), build.subject(), inputs);
            var before = store.find(phase.name(), key).map(Layer::createdAt);
            try (var _ = store.lock(
                    phase.name(), key, () -> reportWaiting(phase, "another build that creates the same layer"))) {
                var meanwhile = store.find(phase.name(), key)
                        .filter(layer -> !Optional.of(layer.createdAt()).equals(before))
                        .flatMap(this::take);
                return meanwhile.isPresent()
                        ? skip(phase, meanwhile.get(), "another build has just created it")
                        : create(phase, inputs);
            }
        }

        /** A forced phase runs once, even if the build is interrupted and continues. */
        private BuildOptions optionsFor(Phase phase) {
            return finished.contains(phase.name()) ? options.withoutForcing() : options;
        }

        private void reportWaiting(Phase phase, String what) {
            listener.accept(new BuildEvent.Waiting(lease.id(), phase.name(), what));
        }

        private void reportActivity(Phase phase, String text) {
            listener.accept(new BuildEvent.Activity(lease.id(), phase.name(), text));
        }

        private Optional<Layer> take(Layer layer) {
            return store.take(layer, workDir.path());
        }

        private Layer skip(Phase phase, Layer layer, String reason) {
            listener.accept(new BuildEvent.PhaseSkipped(lease.id(), phase.name(), reason));
            return layer;
        }

        private Layer create(Phase phase, SortedMap<String, String> inputs) {
            var reason = cachePolicy.whyNot(phase, build, inputs, optionsFor(phase));
            var failures = new ArrayList<Failure>();
            for (var attempt = 1; ; attempt++) {
                try (var _ = lease.acquire(
                        phase.name(),
                        phase.requirements(build),
                        remaining(phase),
                        what -> reportWaiting(phase, what))) {
                    return attempt(phase, inputs, reason, attempt);
                } catch (RuntimeException | Error e) {
                    var failure = lease.failure(e);
                    if (!failure.isTransient() || !retries.allows(attempt)) {
                        throw withHistory(failure, failures);
                    }
                    failures.add(failure);
                    pause(phase, failure, retries.pause(attempt));
                    reason = "retry after a temporary error";
                }
            }
        }

        private Layer attempt(Phase phase, SortedMap<String, String> inputs, String reason, int number) {
            listener.accept(new BuildEvent.PhaseStarted(lease.id(), phase.name(), reason));
            var started = System.nanoTime();
            layers.values().forEach(store::verify);
            var layer = run(phase, inputs, number);
            durations.record(build, phase, since(started));
            listener.accept(new BuildEvent.PhaseDone(lease.id(), phase.name(), since(started)));
            return layer;
        }

        /** Expected duration of this phase and the following ones. */
        private Duration remaining(Phase from) {
            return selected.subList(selected.indexOf(from), selected.size()).stream()
                    .map(phase -> durations.expected(build, phase))
                    .reduce(Duration.ZERO, Duration::plus);
        }

        /** Runs the phase. Each attempt has its own logs: {@code prepare}, {@code prepare-2} and so on. */
        private Layer run(Phase phase, SortedMap<String, String> inputs, int number) {
            var target = workDir.empty(phase.name(), "target");
            var logs = number == 1 ? phase.name() : phase.name() + "-" + number;
            phase.run(
                    build,
                    new PhaseContext(
                            target,
                            workDir.empty(phase.name(), "scratch"),
                            CstHome.createDirectories(workDir.logs().resolve(logs)),
                            layers,
                            text -> reportActivity(phase, text),
                            lease::requireOwned));
            lease.requireOwned();
            return store.add(phase.name(), build.subject(), inputs, target, workDir.path());
        }

        /** The last failure and the earlier ones; equal ones are one line with their number. */
        private static Failure withHistory(Failure last, List<Failure> before) {
            if (before.isEmpty()) {
                return last;
            }
            var attempt = "This was attempt " + (before.size() + 1);
            var counts = before.stream()
                    .collect(Collectors.groupingBy(Run::firstLine, LinkedHashMap::new, Collectors.counting()));
            if (counts.size() == 1 && counts.containsKey(firstLine(last))) {
                return last.adding(attempt + "; the earlier ones failed in the same way.");
            }
            return last.adding(attempt + ". The earlier ones failed with:\n"
                    + counts.entrySet().stream()
                            .map(each -> "  " + each.getKey()
                                    + (each.getValue() > 1 ? " (%d times)".formatted(each.getValue()) : ""))
                            .collect(Collectors.joining("\n")));
        }

        private static String firstLine(Failure failure) {
            return failure.message().lines().findFirst().orElse("");
        }

        private void pause(Phase phase, Failure failure, Duration pause) {
            listener.accept(new BuildEvent.Retrying(lease.id(), phase.name(), failure, pause));
            retries.sleeper().sleep(pause, "The build");
        }
    }

    private List<Phase> selected(ResolvedBuild build, BuildOptions options) {
        checkName(options.from());
        checkName(options.until());
        var names = phases();
        var last = options.until() == null ? names.size() : names.indexOf(options.until());
        var selected = phases.stream()
                .filter(phase -> phase.appliesTo(build) && names.indexOf(phase.name()) <= last)
                .toList();
        if (selected.isEmpty()) {
            throw Failure.usage(
                    "A build of %s from source %s has no phase until %s"
                            .formatted(build.definition().id(), build.source().id(), options.until()),
                    "Use a later phase: " + String.join(", ", names) + ".");
        }
        return selected;
    }

    private void checkName(@Nullable String phase) {
        if (phase != null && !phases().contains(phase)) {
            throw Failure.usage("Unknown phase '" + phase + "'", "The phases are " + String.join(", ", phases()) + ".");
        }
    }

    private static Duration since(long started) {
        return Duration.ofNanos(System.nanoTime() - started);
    }
}
