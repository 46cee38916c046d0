/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.publish;

import dev.cstemplates.cloudstack.CloudStack;
import dev.cstemplates.cloudstack.NewTemplate;
import dev.cstemplates.cloudstack.TemplateChange;
import dev.cstemplates.cloudstack.Visibility;
import java.util.Comparator;
import java.util.Map;
import java.util.function.Function;

/** Plans a version's visible state: its visibility, its name, and the tag of the current one. */
final class TemplatePresentation {

    private final CloudStack cloud;
    private final Profile profile;
    private final Function<String, String> titles;

    TemplatePresentation(CloudStack cloud, Profile profile, Function<String, String> titles) {
        this.cloud = cloud;
        this.profile = profile;
        this.titles = titles;
    }

    /** Plans what is missing for the states of all versions, current ones first. */
    void complete(ReleasePlan plan) {
        for (var series : plan.series()) {
            series.versions().stream()
                    .filter(each -> isPresented(series.state(each), each))
                    .sorted(Comparator.comparing(each -> series.state(each) != ReleaseState.CURRENT))
                    .forEach(each -> complete(plan, series.state(each), each));
        }
    }

    private static boolean isPresented(ReleaseState state, TemplateView version) {
        return switch (state) {
            case CANDIDATE -> false;
            case DUPLICATE ->
                version.hasTag(TemplateTags.PROMOTED)
                        || version.hasTag(TemplateTags.LATEST)
                        || version.any().isPublic();
            case CURRENT, FORMER, WITHDRAWN, RETIRED -> true;
        };
    }

    /** The visibility comes first: a server that refuses it leaves the version's name and tags as they are. */
    private void complete(ReleasePlan plan, ReleaseState state, TemplateView version) {
        var isCurrent = state == ReleaseState.CURRENT;
        var any = version.any();
        var name = isCurrent ? publicName(version) : shortened(publicName(version), version.tag(TemplateTags.VERSION));
        show(plan, state, version);
        if (!any.name().equals(name)) {
            plan.add(
                    "rename '%s' to '%s'".formatted(any.name(), name),
                    () -> cloud.templates()
                            .update(
                                    version.id(),
                                    TemplateChange.rename(name, any.displayText(), isCurrent ? profile.sortKey() : 0)));
        }
        if (isCurrent) {
            plan.set(version, Map.of(TemplateTags.LATEST, "true"));
        } else {
            plan.clear(version, TemplateTags.LATEST);
        }
    }

    private void show(ReleasePlan plan, ReleaseState state, TemplateView version) {
        var any = version.any();
        // The server keeps launch permissions when a template becomes private.
        if (!state.isOffered() && !cloud.templates().permissions(version.id()).isEmpty()) {
            plan.add(
                    "revoke all shares of '%s'".formatted(any.name()),
                    () -> cloud.templates().revokeAll(version.id()));
        }
        var wanted = visibility(state);
        if (any.isPublic() != wanted.isPublic()
                || any.isFeatured() != wanted.isFeatured()
                || any.isExtractable() != wanted.isExtractable()) {
            plan.add(
                    "make '%s' %s".formatted(any.name(), description(wanted)),
                    () -> cloud.templates().show(version.id(), wanted));
        }
    }

    /** Whether a current version is seen by all users. */
    boolean isPublic() {
        return profile.visibility() != Profile.Audience.PRIVATE;
    }

    private static String description(Visibility visibility) {
        return visibility.isFeatured() ? "featured" : visibility.isPublic() ? "public" : "private";
    }

    private Visibility visibility(ReleaseState state) {
        return switch (state) {
            case CURRENT ->
                new Visibility(isPublic(), profile.visibility() == Profile.Audience.FEATURED, profile.extractable());
            // Automation that names it by id can continue to deploy it until it is retired.
            case FORMER -> new Visibility(isPublic(), false, profile.extractable());
            case CANDIDATE, DUPLICATE, WITHDRAWN, RETIRED -> new Visibility(false, false, false);
        };
    }

    private String publicName(TemplateView version) {
        var id = version.tag(TemplateTags.ID);
        var values = Map.of(
                "{title}", titles.apply(id),
                "{id}", id,
                "{arch}", version.tag(TemplateTags.ARCHITECTURE),
                "{hypervisor}", version.any().hypervisor(),
                "{version}", version.tag(TemplateTags.VERSION));
        var name = profile.name();
        for (var value : values.entrySet()) {
            name = name.replace(value.getKey(), value.getValue());
        }
        return name.length() <= NewTemplate.LONGEST_NAME ? name : name.substring(0, NewTemplate.LONGEST_NAME);
    }

    private static String shortened(String name, String version) {
        var suffix = " (" + version + ")";
        var most = NewTemplate.LONGEST_NAME - suffix.length();
        return (name.length() <= most ? name : name.substring(0, most)) + suffix;
    }
}
