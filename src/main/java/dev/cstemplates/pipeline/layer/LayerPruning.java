/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.pipeline.layer;

import dev.cstemplates.core.CstHome;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Finds and removes layers that are no longer needed. */
public final class LayerPruning {

    private final LayerStore store;
    private final CstHome home;
    private final Clock clock;

    public LayerPruning(LayerStore store, CstHome home, Clock clock) {
        this.store = store;
        this.home = home;
        this.clock = clock;
    }

    /** A layer to remove, and why. */
    public record Removal(Layer layer, String reason) {}

    /** What would be removed now. */
    public List<Removal> plan(LayerPolicy policy) {
        // In this order, because a build marks a layer as used before it adds it.
        var all = store.all();
        var kept = LayerReferences.current(home);
        if (!policy.withNewest()) {
            kept.addAll(newestWithParents(all));
        }
        var candidates = all.stream()
                .filter(layer -> !kept.contains(name(layer)))
                .sorted(Comparator.comparing(store::lastUsed))
                .toList();
        return select(candidates, all.stream().mapToLong(Layer::size).sum(), policy);
    }

    /** Removes them, each in one step. */
    public List<Removal> prune(LayerPolicy policy) {
        List<Removal> removals;
        try (var _ = store.guard()) {
            removals = plan(policy);
            removals.forEach(removal -> store.setAside(removal.layer()));
        }
        store.emptyTrash();
        return removals;
    }

    private List<Removal> select(List<Layer> oldestFirst, long total, LayerPolicy policy) {
        var removals = new ArrayList<Removal>();
        var left = total;
        for (var layer : oldestFirst) {
            var idle = Duration.between(store.lastUsed(layer), clock.instant());
            var isOld = policy.unused() != null && idle.compareTo(policy.unused()) > 0;
            var isTooMuch = policy.total() != null && left > policy.total().bytes();
            if (isOld || isTooMuch) {
                left -= layer.size();
                removals.add(new Removal(
                        layer,
                        isOld
                                ? "unused for " + idle.toDays() + " days"
                                : "all layers together are larger than " + policy.total()));
            }
        }
        return removals;
    }

    /** The names of the layers that the next build of each definition would reuse. */
    private static Set<String> newestWithParents(List<Layer> all) {
        var newest = new HashMap<String, Layer>();
        var byIdentity = new HashMap<String, Layer>();
        for (var layer : all) {
            newest.merge(
                    layer.phase() + " " + layer.subject(),
                    layer,
                    (one, other) -> one.createdAt().isAfter(other.createdAt()) ? one : other);
            byIdentity.put("layer " + layer.phase() + " " + layer.identity().hex(), layer);
        }
        var kept = new HashSet<String>();
        for (var layer : newest.values()) {
            keep(layer, byIdentity, kept);
        }
        return kept;
    }

    private static void keep(Layer layer, Map<String, Layer> byIdentity, Set<String> kept) {
        if (!kept.add(name(layer))) {
            return;
        }
        layer.inputs().forEach((input, value) -> {
            var parent = byIdentity.get(input + " " + value);
            if (parent != null) {
                keep(parent, byIdentity, kept);
            }
        });
    }

    private static String name(Layer layer) {
        return LayerReferences.name(layer.phase(), layer.key());
    }
}
