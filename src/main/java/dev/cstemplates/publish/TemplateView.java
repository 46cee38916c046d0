/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.publish;

import dev.cstemplates.artifact.VersionReference;
import dev.cstemplates.cloudstack.Template;
import dev.cstemplates.cloudstack.TemplateState;
import dev.cstemplates.cloudstack.Zone;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A template as listed: its entries in all zones.
 *
 * @param entries of one id; never empty
 */
record TemplateView(List<Template> entries) {

    /** Groups the entries of several templates by id. */
    static List<TemplateView> of(Collection<Template> entries) {
        return entries.stream()
                .collect(Collectors.groupingBy(Template::id, LinkedHashMap::new, Collectors.toList()))
                .values()
                .stream()
                .map(TemplateView::new)
                .toList();
    }

    String id() {
        return entries.getFirst().id();
    }

    Template any() {
        return entries.getFirst();
    }

    Map<String, String> tags() {
        return any().tags();
    }

    String tag(String key) {
        return tags().getOrDefault(key, "");
    }

    boolean hasTag(String key) {
        return tags().containsKey(key);
    }

    /** Its id, version and architecture, by its tags. */
    VersionReference versionReference() {
        return new VersionReference(tag(TemplateTags.ID), tag(TemplateTags.VERSION), tag(TemplateTags.ARCHITECTURE));
    }

    /** Whether it has all of these tags. */
    boolean hasTags(Map<String, String> wanted) {
        return tags().entrySet().containsAll(wanted.entrySet());
    }

    Optional<Template> in(Zone zone) {
        return entries.stream().filter(each -> each.zone().equals(zone.id())).findFirst();
    }

    /** An entry of a zone where it is ready, if there is one. */
    Optional<Template> ready() {
        return entries.stream().filter(TemplateView::isReady).findFirst();
    }

    static boolean isReady(Template entry) {
        return entry.state() instanceof TemplateState.Ready;
    }

    static boolean isFailed(Template entry) {
        return entry.state() instanceof TemplateState.Failed;
    }

    static boolean isUnclaimed(Template entry) {
        return entry.state() instanceof TemplateState.Unclaimed;
    }

    /** Whether the server reports progress, or says that there will be. */
    static boolean isUnderWay(Template entry) {
        return entry.state() instanceof TemplateState.Working;
    }

    /** Whether it waits for an upload that has not started. */
    static boolean waitsForUpload(Template entry) {
        return entry.state() instanceof TemplateState.Working working
                && working.status().equalsIgnoreCase("NotUploaded");
    }

    static String status(Template entry) {
        return switch (entry.state()) {
            case TemplateState.Ready() -> "";
            case TemplateState.Working(var percent, var status) ->
                status.isEmpty() ? percent + " % downloaded" : status;
            case TemplateState.Unclaimed(var status) ->
                "no image store has taken it up" + (status.isEmpty() ? "" : " (" + status + ")");
            case TemplateState.Failed(var status) -> status;
        };
    }
}
