/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.publish;

import dev.cstemplates.cloudstack.CloudStack;
import dev.cstemplates.cloudstack.TemplateChange;
import dev.cstemplates.cloudstack.Templates.Permissions;
import dev.cstemplates.cloudstack.Templates.UserDataPolicy;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Plans what a version takes over from the one that it replaces as the current one: shares, linked user-data, and the tags and details that
 * an administrator added. Only what it has nothing of its own for; differences are named.
 */
final class CarryOver {

    /** Details that follow from the definition, the profile or the server, not from an administrator. */
    private static final Set<String> OWN_DETAILS =
            Set.of("rootDiskController", "nicAdapter", "guest.cpu.mode", "UEFI", "hypervisortoolsversion");

    private final CloudStack cloud;
    private final Profile profile;
    private final ReleasePlan plan;
    private final Consumer<String> notice;

    CarryOver(CloudStack cloud, Profile profile, ReleasePlan plan, Consumer<String> notice) {
        this.cloud = cloud;
        this.profile = profile;
        this.plan = plan;
        this.notice = notice;
    }

    void plan(TemplateView from, TemplateView to) {
        shares(from, to);
        userData(from, to);
        tags(from, to);
        details(from, to);
    }

    private void shares(TemplateView from, TemplateView to) {
        var former = cloud.templates().permissions(from.id());
        if (former.isEmpty()) {
            return;
        }
        Permissions missing = former.without(cloud.templates().permissions(to.id()));
        if (!missing.isEmpty()) {
            plan.add(
                    "share '%s' with %s, as version %s"
                            .formatted(to.any().name(), missing, from.tag(TemplateTags.VERSION)),
                    () -> cloud.templates().share(to.id(), true, missing.accounts(), missing.projects()));
        }
    }

    private void userData(TemplateView from, TemplateView to) {
        var linked = from.any().userData();
        if (linked == null || linked.equals(to.any().userData())) {
            return;
        }
        if (to.any().userData() != null) {
            notice.accept("'%s' keeps its own user-data, not that of version %s"
                    .formatted(to.any().name(), from.tag(TemplateTags.VERSION)));
            return;
        }
        var policy = UserDataPolicy.of(from.any().userDataPolicy());
        plan.add(
                "link the user-data of version %s to '%s'"
                        .formatted(from.tag(TemplateTags.VERSION), to.any().name()),
                () -> cloud.templates().linkUserData(to.id(), linked, policy));
    }

    private void tags(TemplateView from, TemplateView to) {
        var added = new TreeMap<>(from.tags());
        added.keySet().removeIf(key -> key.startsWith("cst-") || key.equals(TemplateTags.LATEST));
        var missing = new TreeMap<>(added);
        missing.keySet().removeAll(to.tags().keySet());
        if (!missing.isEmpty()) {
            plan.set(to, missing);
        }
        added.keySet().retainAll(to.tags().keySet());
        added.entrySet().removeIf(tag -> tag.getValue().equals(to.tag(tag.getKey())));
        differing("tags", added.keySet(), from, to);
    }

    private void details(TemplateView from, TemplateView to) {
        var own = new TreeSet<>(OWN_DETAILS);
        profile.details().values().forEach(each -> own.addAll(each.keySet()));
        var details = new TreeMap<>(to.any().details());
        var missing = new TreeMap<>(from.any().details());
        missing.keySet().removeAll(own);
        missing.keySet().removeAll(details.keySet());
        if (!missing.isEmpty()) {
            details.putAll(missing);
            plan.add(
                    "set details of '%s': %s".formatted(to.any().name(), missing),
                    () -> cloud.templates().update(to.id(), TemplateChange.details(details)));
        }
        var different = from.any().details().entrySet().stream()
                .filter(each ->
                        !missing.containsKey(each.getKey()) && !each.getValue().equals(details.get(each.getKey())))
                .map(each -> each.getKey())
                .collect(Collectors.toCollection(TreeSet::new));
        differing("details", different, from, to);
    }

    private void differing(String kind, Set<String> keys, TemplateView from, TemplateView to) {
        if (!keys.isEmpty()) {
            notice.accept("'%s' does not take over these %s of version %s: %s"
                    .formatted(to.any().name(), kind, from.tag(TemplateTags.VERSION), String.join(", ", keys)));
        }
    }
}
