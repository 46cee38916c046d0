package dev.cstemplates.publish;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * All versions of one template: same definition, architecture and hypervisor. At most one is current: the one promoted last of those that
 * were not withdrawn or retired since.
 */
record TemplateSeries(List<TemplateView> versions) {

    /** The lines among sightings. */
    static List<TemplateSeries> of(List<TemplateView> sightings) {
        return sightings.stream()
                .filter(each -> each.hasTag(TemplateTags.ID))
                .collect(Collectors.groupingBy(TemplateSeries::key, TreeMap::new, Collectors.toList()))
                .values()
                .stream()
                .map(each -> new TemplateSeries(each.stream().sorted(BY_VERSION).toList()))
                .toList();
    }

    static final Comparator<TemplateView> BY_VERSION = Comparator.comparing(
                    (TemplateView each) -> each.tag(TemplateTags.VERSION).replaceAll("\\..*", ""))
            .thenComparingInt(each -> number(each.tag(TemplateTags.VERSION).replaceAll(".*\\.", "")));

    private static int number(String text) {
        return text.matches("\\d{1,9}") ? Integer.parseInt(text) : 0;
    }

    private static String key(TemplateView each) {
        return each.tag(TemplateTags.ID) + " " + each.tag(TemplateTags.ARCHITECTURE) + " "
                + each.any().hypervisor();
    }

    Optional<TemplateView> current() {
        return versions.stream()
                .filter(each -> each.hasTag(TemplateTags.PROMOTED))
                .filter(each -> !each.hasTag(TemplateTags.WITHDRAWN) && !each.hasTag(TemplateTags.RETIRED))
                .max(Comparator.comparing((TemplateView each) -> each.tag(TemplateTags.PROMOTED))
                        .thenComparing(BY_VERSION));
    }

    ReleaseState standing(TemplateView version) {
        if (version.hasTag(TemplateTags.RETIRED)) {
            return ReleaseState.RETIRED;
        }
        if (version.hasTag(TemplateTags.WITHDRAWN)) {
            return ReleaseState.WITHDRAWN;
        }
        if (!version.hasTag(TemplateTags.PROMOTED)) {
            return ReleaseState.CANDIDATE;
        }
        return current().filter(version::equals).isPresent() ? ReleaseState.CURRENT : ReleaseState.FORMER;
    }
}
