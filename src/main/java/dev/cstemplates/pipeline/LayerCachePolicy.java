/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.pipeline;

import dev.cstemplates.pipeline.layer.Layer;
import dev.cstemplates.pipeline.layer.LayerStore;
import dev.cstemplates.pipeline.phase.Phase;
import dev.cstemplates.pipeline.request.BuildOptions;
import dev.cstemplates.pipeline.request.ResolvedBuild;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Decides which layers of earlier builds can be reused, and why the others cannot. */
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

    /** The inputs of a phase, including the previous layer. */
    static SortedMap<String, String> inputs(Phase phase, ResolvedBuild build, Map<String, Layer> layers) {
        var inputs = new TreeMap<>(phase.inputs(build));
        layers.values().stream()
                .reduce((first, second) -> second)
                .ifPresent(before ->
                        inputs.put("layer " + before.phase(), before.identity().hex()));
        return inputs;
    }

    /** The layer of an earlier build that can be reused. */
    Optional<Layer> layer(Phase phase, ResolvedBuild build, SortedMap<String, String> inputs, BuildOptions options) {
        if (isForced(phase, options)) {
            return Optional.empty();
        }
        return store.find(phase.name(), LayerStore.key(phase.name(), build.subject(), inputs))
                .filter(layer ->
                        phase.reasonToRepeat(build, layer, age(layer, options)).isEmpty());
    }

    private boolean isForced(Phase phase, BuildOptions options) {
        return options.noCache()
                || (options.from() != null && order.indexOf(phase.name()) >= order.indexOf(options.from()));
    }

    private Duration age(Layer layer, BuildOptions options) {
        return options.refresh() ? FOREVER : Duration.between(layer.createdAt(), clock.instant());
    }

    /** Why a phase is skipped. */
    String upToDate(Layer layer) {
        return "unchanged since "
                + layer.createdAt().toString().substring(0, 16) + "Z"
                + (store.isHere(layer) ? "" : "; from the shared layer store");
    }

    /** Why a phase has to run. */
    String whyNot(Phase phase, ResolvedBuild build, SortedMap<String, String> inputs, BuildOptions options) {
        if (isForced(phase, options)) {
            return options.noCache() ? "requested by --no-cache" : "requested by --from";
        }
        var same = store.find(phase.name(), LayerStore.key(phase.name(), build.subject(), inputs));
        if (same.isPresent()) {
            return options.refresh()
                    ? "requested by --refresh"
                    : phase.reasonToRepeat(build, same.get(), age(same.get(), options))
                            .orElse("must be repeated");
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
