/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.publish;

import dev.cstemplates.cloudstack.CloudStack;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * The steps of one change of versions, all computed from one look before the first is carried out. Each step may be done twice, so
 * an interrupted plan is completed by the next one.
 */
final class ReleasePlan {

    private record Step(String description, Runnable action) {}

    private final CloudStack cloud;
    private final List<Step> steps = new ArrayList<>();

    /** The templates as they will be, by id. */
    private final Map<String, TemplateView> decided = new LinkedHashMap<>();

    ReleasePlan(CloudStack cloud, List<TemplateSeries> seen) {
        this.cloud = cloud;
        seen.forEach(series -> series.versions().forEach(each -> decided.put(each.id(), each)));
    }

    /** The series with the tags that the plan sets. */
    List<TemplateSeries> series() {
        return TemplateSeries.of(List.copyOf(decided.values()));
    }

    /** Adds a step; {@code description} is in the present tense, for example {@code rename 'a' to 'b'}. */
    void add(String description, Runnable action) {
        steps.add(new Step(description, action));
    }

    /** Plans these tags; no step if the template has them. */
    void set(TemplateView version, Map<String, String> tags) {
        var seen = decided(version);
        if (!seen.hasTags(tags)) {
            var wanted = new TreeMap<>(seen.tags());
            wanted.putAll(tags);
            decided.put(version.id(), seen.withTags(wanted));
            add(
                    "tag '%s': %s".formatted(seen.any().name(), new TreeMap<>(tags)),
                    () -> TemplateTags.set(cloud, version.id(), seen.tags(), tags));
        }
    }

    /** Plans the removal of those tags that the template has. */
    void clear(TemplateView version, String... keys) {
        var seen = decided(version);
        var left = new TreeMap<>(seen.tags());
        left.keySet().removeAll(List.of(keys));
        if (left.size() < seen.tags().size()) {
            decided.put(version.id(), seen.withTags(left));
            var gone = new TreeMap<>(seen.tags());
            gone.keySet().removeAll(left.keySet());
            add(
                    "remove tags of '%s': %s".formatted(seen.any().name(), String.join(", ", gone.keySet())),
                    () -> TemplateTags.clear(cloud, version.id(), seen.tags(), keys));
        }
    }

    private TemplateView decided(TemplateView version) {
        return decided.getOrDefault(version.id(), version);
    }

    boolean isEmpty() {
        return steps.isEmpty();
    }

    /** Carries out all steps in order; {@code done} receives the description of each. */
    void run(Consumer<String> done) {
        for (var step : steps) {
            step.action().run();
            done.accept(step.description());
        }
    }

    /** The descriptions of all steps, in order. */
    List<String> descriptions() {
        return steps.stream().map(Step::description).toList();
    }
}
