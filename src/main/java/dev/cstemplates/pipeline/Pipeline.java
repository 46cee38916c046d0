package dev.cstemplates.pipeline;

import dev.cstemplates.core.CstHome;
import dev.cstemplates.core.Failure;
import dev.cstemplates.core.Retry;
import dev.cstemplates.engine.ResourceRequirements;
import dev.cstemplates.pipeline.layer.Layer;
import dev.cstemplates.pipeline.layer.LayerPruning;
import dev.cstemplates.pipeline.layer.LayerStore;
import dev.cstemplates.pipeline.phase.Phase;
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

/** Takes a build through its phases, and uses again whatever an earlier build has left. */
public final class Pipeline {

    /** Of one phase. */
    public static final Retry RETRY = Retry.of(3, Duration.ofSeconds(20), Duration.ofMinutes(5));

    private final List<Phase> phases;
    private final LayerStore store;
    private final LayerCachePolicy reuse;
    private final CstHome home;
    private final PhaseDurations timings;
    private final Retry retries;
    private final Clock clock;

    public Pipeline(
            List<Phase> phases, LayerStore store, CstHome home, PhaseDurations timings, Retry retries, Clock clock) {
        this.phases = List.copyOf(phases);
        this.store = store;
        this.reuse = new LayerCachePolicy(store, clock, phases());
        this.home = home;
        this.timings = timings;
        this.retries = retries;
        this.clock = clock;
    }

    /**
     * How far to go and what not to use again.
     *
     * @param until last phase to run; null for all
     * @param from first phase that runs even if its layer is there; null for none
     * @param refresh whether package updates are taken again
     */
    public record Options(@Nullable String until, @Nullable String from, boolean refresh) {

        public static Options usual() {
            return new Options(null, null, false);
        }
    }

    /** The phases' names, in order. */
    public List<String> phases() {
        return phases.stream().map(Phase::name).distinct().toList();
    }

    /** What {@link #build} would do now. Nothing is changed. */
    public Plan plan(ResolvedBuild build, Options options) {
        var steps = new ArrayList<Plan.Step>();
        var layers = new LinkedHashMap<String, Layer>();
        for (var phase : chosen(build, options)) {
            if (!steps.isEmpty() && steps.getLast().runs()) {
                steps.add(step(phase, build, "its input changes"));
                continue;
            }
            var inputs = LayerCachePolicy.inputs(phase, build, layers);
            var reusable = reuse.layer(phase, build, inputs, options);
            reusable.ifPresent(layer -> layers.put(phase.name(), layer));
            steps.add(reusable.map(layer -> new Plan.Step(
                            phase.name(), false, reuse.upToDate(layer), Duration.ZERO, ResourceRequirements.NONE))
                    .orElseGet(() -> step(phase, build, reuse.whyNot(phase, build, inputs, options))));
        }
        return new Plan(steps);
    }

    private Plan.Step step(Phase phase, ResolvedBuild build, String why) {
        return new Plan.Step(phase.name(), true, why, timings.expected(build, phase), phase.needs(build));
    }

    /** Refuses options that name a phase that this build has not. */
    public void check(ResolvedBuild build, Options options) {
        var _ = chosen(build, options);
    }

    /**
     * Builds, telling {@code listener} all that happens.
     *
     * @param turn from whoever runs the build: its id, and what it may use
     * @return the layers of all phases that were asked for, in order
     * @throws Failure what ended the build; the listener was told
     */
    public Map<String, Layer> build(
            ResolvedBuild build, Options options, BuildLease turn, Consumer<BuildEvent> listener) {
        var chosen = chosen(build, options);
        try (var workshop = WorkDir.open(
                home,
                WorkDir.Kind.BUILD,
                turn.build(),
                warning -> listener.accept(new BuildEvent.Activity(turn.build(), "", warning)))) {
            var run = new Run(build, options, turn, workshop, listener);
            listener.accept(new BuildEvent.Started(
                    workshop.id(),
                    build.definition().title(),
                    chosen.stream().map(Phase::name).toList(),
                    chosen.stream().map(phase -> timings.expected(build, phase)).toList(),
                    workshop.logs()));
            return run.through(chosen);
        }
    }

    /** One build on its way. */
    private final class Run {

        private final ResolvedBuild build;
        private final Options options;
        private final BuildLease turn;
        private final Set<String> finished;
        private final WorkDir workshop;
        private final Consumer<BuildEvent> listener;
        private final Map<String, Layer> layers = new LinkedHashMap<>();
        private final long started = System.nanoTime();
        private int phasesRun;

        Run(ResolvedBuild build, Options options, BuildLease turn, WorkDir workshop, Consumer<BuildEvent> listener) {
            this.build = build;
            this.options = options;
            this.turn = turn;
            this.finished = turn.finishedPhases();
            this.workshop = workshop;
            this.listener = listener;
        }

        Map<String, Layer> through(List<Phase> chosen) {
            for (var phase : chosen) {
                try {
                    layers.put(phase.name(), layerOf(phase));
                } catch (Failure failure) {
                    listener.accept(new BuildEvent.Failed(workshop.id(), phase.name(), failure, since(started)));
                    throw failure;
                }
            }
            tidyUp();
            // Before the build is reported as done, so that a warning belongs to it.
            workshop.close();
            listener.accept(new BuildEvent.Done(workshop.id(), phasesRun, since(started)));
            return layers;
        }

        /** A build that is done is not worth less because something old can't be removed. */
        private void tidyUp() {
            try {
                store.policy().ifPresent(new LayerPruning(store, home, clock)::prune);
            } catch (Failure failure) {
                if (failure.kind() == Failure.Kind.CANCELLED) {
                    throw failure;
                }
            }
        }

        private Layer layerOf(Phase phase) {
            var inputs = LayerCachePolicy.inputs(phase, build, layers);
            var reusable = reuse.layer(phase, build, inputs, optionsFor(phase));
            var reused = reusable.flatMap(this::taken);
            if (reused.isPresent()) {
                return skipped(phase, reused.get(), reuse.upToDate(reusable.get()));
            }
            var key = LayerStore.key(phase.name(), build.subject(), inputs);
            var before = store.find(phase.name(), key).map(Layer::createdAt);
            try (var _ = store.lock(phase.name(), key, () -> waits(phase, "another build makes the same layer"))) {
                var meanwhile = store.find(phase.name(), key)
                        .filter(layer -> !Optional.of(layer.createdAt()).equals(before))
                        .flatMap(this::taken);
                return meanwhile.isPresent()
                        ? skipped(phase, meanwhile.get(), "another build has just made it")
                        : made(phase, inputs);
            }
        }

        /** What was asked to be done again is done once, also when the build is interrupted and goes on. */
        private Options optionsFor(Phase phase) {
            return finished.contains(phase.name()) ? new Options(options.until(), null, false) : options;
        }

        private void waits(Phase phase, String what) {
            listener.accept(new BuildEvent.Waiting(workshop.id(), phase.name(), what));
        }

        private Optional<Layer> taken(Layer layer) {
            return store.take(layer, workshop.path());
        }

        private Layer skipped(Phase phase, Layer layer, String reason) {
            listener.accept(new BuildEvent.PhaseSkipped(workshop.id(), phase.name(), reason));
            return layer;
        }

        private Layer made(Phase phase, SortedMap<String, String> inputs) {
            var reason = reuse.whyNot(phase, build, inputs, optionsFor(phase));
            var before = new ArrayList<Failure>();
            for (var attempt = 1; ; attempt++) {
                try {
                    return admitted(phase, inputs, reason, attempt);
                } catch (Failure failure) {
                    if (!failure.isTransient() || !retries.allows(attempt)) {
                        throw withHistory(failure, before);
                    }
                    before.add(failure);
                    pause(phase, failure, retries.pause(attempt));
                    reason = "again, for an error that may pass";
                }
            }
        }

        private Layer admitted(Phase phase, SortedMap<String, String> inputs, String reason, int number) {
            var release = turn.admit(phase.name(), phase.needs(build), remaining(phase), what -> waits(phase, what));
            try {
                listener.accept(new BuildEvent.PhaseStarted(workshop.id(), phase.name(), reason));
                var begin = System.nanoTime();
                layers.values().forEach(store::verify);
                var layer = attempt(phase, inputs, number);
                phasesRun++;
                timings.record(build, phase, since(begin));
                listener.accept(new BuildEvent.PhaseDone(workshop.id(), phase.name(), since(begin)));
                return layer;
            } finally {
                release.run();
            }
        }

        private Duration remaining(Phase from) {
            return phases.subList(phases.indexOf(from), phases.size()).stream()
                    .map(phase -> timings.expected(build, phase))
                    .reduce(Duration.ZERO, Duration::plus);
        }

        /** Each try has logs of its own: {@code prepare}, {@code prepare-2} and so on. */
        private Layer attempt(Phase phase, SortedMap<String, String> inputs, int number) {
            var target = workshop.empty(phase.name(), "target");
            var logs = number == 1 ? phase.name() : phase.name() + "-" + number;
            phase.run(
                    build,
                    new Phase.Workplace(
                            target,
                            workshop.empty(phase.name(), "scratch"),
                            CstHome.made(workshop.logs().resolve(logs)),
                            layers,
                            text -> listener.accept(new BuildEvent.Activity(workshop.id(), phase.name(), text)),
                            turn::confirm));
            turn.confirm();
            return store.add(
                    phase.name(),
                    build.subject(),
                    inputs,
                    target,
                    workshop.path(),
                    text -> listener.accept(new BuildEvent.Activity(workshop.id(), phase.name(), text)));
        }

        private static Failure withHistory(Failure last, List<Failure> before) {
            return before.isEmpty()
                    ? last
                    : last.adding("This was try %d. Those before ended so:\n%s"
                            .formatted(
                                    before.size() + 1,
                                    before.stream()
                                            .map(each -> "  "
                                                    + each.message()
                                                            .lines()
                                                            .findFirst()
                                                            .orElse(""))
                                            .collect(Collectors.joining("\n"))));
        }

        private void pause(Phase phase, Failure failure, Duration pause) {
            listener.accept(new BuildEvent.Retrying(workshop.id(), phase.name(), failure, pause));
            retries.sleeper().sleep(pause, "The build");
        }
    }

    private List<Phase> chosen(ResolvedBuild build, Options options) {
        checkName(options.from());
        checkName(options.until());
        var names = phases();
        var last = options.until() == null ? names.size() : names.indexOf(options.until());
        var chosen = phases.stream()
                .filter(phase -> phase.appliesTo(build) && names.indexOf(phase.name()) <= last)
                .toList();
        if (chosen.isEmpty()) {
            throw Failure.usage(
                    "A build of %s from source %s has nothing to do until phase %s"
                            .formatted(build.definition().id(), build.source().id(), options.until()),
                    "Name a later phase: " + String.join(", ", names) + ".");
        }
        return chosen;
    }

    private void checkName(@Nullable String phase) {
        if (phase != null && !phases().contains(phase)) {
            throw Failure.usage(
                    "There is no phase '" + phase + "'", "The phases are " + String.join(", ", phases()) + ".");
        }
    }

    private static Duration since(long started) {
        return Duration.ofNanos(System.nanoTime() - started);
    }
}
