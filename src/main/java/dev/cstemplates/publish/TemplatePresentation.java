package dev.cstemplates.publish;

import dev.cstemplates.cloudstack.CloudStack;
import dev.cstemplates.cloudstack.NewTemplate;
import dev.cstemplates.cloudstack.TemplateChange;
import dev.cstemplates.cloudstack.Visibility;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;

/** Applies a version's visible state: its name, its visibility, and the tag of the current one. */
final class TemplatePresentation {

    private final CloudStack cloud;
    private final Profile profile;
    private final Function<String, String> titles;
    private final Consumer<String> notice;

    TemplatePresentation(CloudStack cloud, Profile profile, Function<String, String> titles, Consumer<String> notice) {
        this.cloud = cloud;
        this.profile = profile;
        this.titles = titles;
        this.notice = notice;
    }

    /** Gives a version the name, visibility and tag of its state. */
    void apply(ReleaseState state, TemplateView version) {
        var isCurrent = state == ReleaseState.CURRENT;
        var any = version.any();
        var name = isCurrent ? publicName(version) : shortened(publicName(version), version.tag(TemplateTags.VERSION));
        if (!any.name().equals(name)) {
            cloud.templates()
                    .update(
                            version.id(),
                            TemplateChange.rename(name, any.displayText(), isCurrent ? profile.sortKey() : 0));
            notice.accept("renamed '%s' to '%s'".formatted(any.name(), name));
        }
        var visibility = visibility(state);
        if (any.isPublic() != visibility.isPublic()
                || any.isFeatured() != visibility.isFeatured()
                || any.isExtractable() != visibility.isExtractable()) {
            cloud.templates().show(version.id(), visibility);
            notice.accept("'%s' is %s now".formatted(name, description(visibility)));
            requireVisible(version, visibility);
        }
        if (isCurrent) {
            TemplateTags.set(cloud, version.id(), version.tags(), Map.of(TemplateTags.LATEST, "true"));
        } else {
            TemplateTags.clear(cloud, version.id(), version.tags(), TemplateTags.LATEST);
        }
    }

    private void requireVisible(TemplateView version, Visibility wanted) {
        var isFeatured = cloud.templates().byId(version.id()).stream().anyMatch(each -> each.isFeatured());
        if (wanted.isFeatured() && !isFeatured) {
            notice.accept("CloudStack did not feature it: that requires a root administrator");
        }
    }

    private static String description(Visibility visibility) {
        return visibility.isFeatured() ? "featured" : visibility.isPublic() ? "public" : "private";
    }

    private Visibility visibility(ReleaseState state) {
        var isPublic = profile.visibility() != Profile.Audience.PRIVATE;
        return switch (state) {
            case CURRENT ->
                new Visibility(isPublic, profile.visibility() == Profile.Audience.FEATURED, profile.extractable());
            // Automation that names it by id can continue to deploy it until it is retired.
            case FORMER -> new Visibility(isPublic, false, profile.extractable());
            case CANDIDATE, WITHDRAWN, RETIRED -> new Visibility(false, false, false);
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
