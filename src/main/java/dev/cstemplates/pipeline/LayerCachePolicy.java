package dev.cstemplates.pipeline;

import dev.cstemplates.pipeline.layer.Layer;
import dev.cstemplates.pipeline.layer.LayerStore;
import dev.cstemplates.pipeline.phase.Phase;
import dev.cstemplates.pipeline.request.ResolvedBuild;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Which of the layers that earlier builds have left can be used again, and why the others can't. */
final class LayerCachePolicy {

    private static final Duration FOREVER = Duration.ofDays(36_500);

    private final LayerStore store;
    private final Clock clock;
    private final List<String> order;

    /** @param order the names of all phases */
    LayerCachePolicy(LayerStore store, Clock clock, List<String> order) {
        this.store = store;
        this.clock = clock;
        this.order = order;
    }

    /** What a phase's layer depends on, the layer before it included. */
    static SortedMap<String, String> inputs(Phase phase, ResolvedBuild build, Map<String, Layer> layers) {
        var inputs = new TreeMap<>(phase.inputs(build));
        layers.values().stream()
                .reduce((first, second) -> second)
                .ifPresent(before ->
                        inputs.put("layer " + before.phase(), before.identity().hex()));
        return inputs;
    }

    /** The layer that an earlier build has left and that can be used again. */
    Optional<Layer> layer(
            Phase phase, ResolvedBuild build, SortedMap<String, String> inputs, Pipeline.Options options) {
        if (isForced(phase, options)) {
            return Optional.empty();
        }
        return store.find(phase.name(), LayerStore.key(phase.name(), build.subject(), inputs))
                .filter(layer ->
                        phase.reasonToRepeat(build, layer, age(layer, options)).isEmpty());
    }

    private boolean isForced(Phase phase, Pipeline.Options options) {
        return options.from() != null && order.indexOf(phase.name()) >= order.indexOf(options.from());
    }

    private Duration age(Layer layer, Pipeline.Options options) {
        return options.refresh() ? FOREVER : Duration.between(layer.createdAt(), clock.instant());
    }

    /** Why a phase whose layer is used again need not run. */
    String upToDate(Layer layer) {
        return "nothing it depends on has changed since "
                + layer.createdAt().toString().substring(0, 16) + "Z"
                + (store.isHere(layer) ? "" : "; from the shared layer store");
    }

    /** Why a phase has to run. */
    String whyNot(Phase phase, ResolvedBuild build, SortedMap<String, String> inputs, Pipeline.Options options) {
        if (isForced(phase, options)) {
            return "asked for by --from";
        }
        var same = store.find(phase.name(), LayerStore.key(phase.name(), build.subject(), inputs));
        if (same.isPresent()) {
            return options.refresh()
                    ? "asked for by --refresh"
                    : phase.reasonToRepeat(build, same.get(), age(same.get(), options))
                            .orElse("it has to be repeated");
        }
        return store.newest(phase.name(), build.subject())
                .map(former -> "changed: " + String.join(", ", differences(former.inputs(), inputs)))
                .orElseGet(phase::reasonToStart);
    }

    private static List<String> differences(SortedMap<String, String> former, SortedMap<String, String> now) {
        var names = new TreeMap<String, String>(former);
        names.putAll(now);
        var changed = names.keySet().stream()
                .filter(name -> !Objects.equals(former.get(name), now.get(name)))
                .toList();
        return changed.isEmpty() ? List.of("the stored result") : changed;
    }
}
