/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.publish;

import dev.cstemplates.artifact.VersionReference;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * All versions of one template: same definition, architecture and hypervisor. At most one is current: the last promoted one of those that
 * have not been withdrawn or retired since.
 */
record TemplateSeries(List<TemplateView> versions) {

    /** Groups templates by id, architecture and hypervisor. */
    static List<TemplateSeries> of(List<TemplateView> templates) {
        return templates.stream()
                .filter(each -> each.hasTag(TemplateTags.ID))
                .collect(Collectors.groupingBy(TemplateSeries::key, TreeMap::new, Collectors.toList()))
                .values()
                .stream()
                .map(each -> new TemplateSeries(each.stream().sorted(BY_VERSION).toList()))
                .toList();
    }

    private static final Comparator<TemplateView> BY_VERSION =
            Comparator.comparing(each -> each.tag(TemplateTags.VERSION), VersionReference.OLDEST_FIRST);

    /** Of several templates of one version, the one to keep: the oldest of those that are ready somewhere. */
    static final Comparator<TemplateView> KEPT_FIRST = Comparator.comparing(
                    (TemplateView each) -> each.ready().isEmpty())
            .thenComparing(each -> Objects.requireNonNullElse(each.any().created(), Instant.EPOCH))
            .thenComparing(TemplateView::id);

    private static String key(TemplateView each) {
        return each.tag(TemplateTags.ID) + " " + each.tag(TemplateTags.ARCHITECTURE) + " "
                + each.any().hypervisor();
    }

    Optional<TemplateView> current() {
        return versions.stream()
                .filter(TemplateSeries::isPromoted)
                .filter(this::counts)
                .max(Comparator.comparing((TemplateView each) -> each.tag(TemplateTags.PROMOTED))
                        .thenComparing(BY_VERSION));
    }

    private static boolean isPromoted(TemplateView each) {
        return each.hasTag(TemplateTags.PROMOTED)
                && !each.hasTag(TemplateTags.WITHDRAWN)
                && !each.hasTag(TemplateTags.RETIRED);
    }

    /** Whether it is the template of its version that counts: two hosts may have published one version at once. */
    private boolean counts(TemplateView template) {
        return versions.stream()
                .filter(each -> each.tag(TemplateTags.VERSION).equals(template.tag(TemplateTags.VERSION)))
                .min(Comparator.comparing((TemplateView each) -> !isPromoted(each))
                        .thenComparing(KEPT_FIRST))
                .filter(template::equals)
                .isPresent();
    }

    /** All templates of the version that {@code reference} names: one, unless it was published twice. */
    List<TemplateView> templates(VersionReference reference) {
        return versions.stream()
                .filter(each -> reference.matches(each.versionReference()))
                .toList();
    }

    /** The template of the version that {@code reference} names, if this series has it. */
    Optional<TemplateView> version(VersionReference reference) {
        return templates(reference).stream().filter(this::counts).findFirst();
    }

    boolean has(ReleaseState state) {
        return versions.stream().anyMatch(each -> state(each) == state);
    }

    /** For example {@code KVM (x86_64)}. */
    String title() {
        var any = versions.getFirst();
        return any.any().hypervisor() + " (" + any.tag(TemplateTags.ARCHITECTURE) + ")";
    }

    ReleaseState state(TemplateView version) {
        if (version.hasTag(TemplateTags.RETIRED)) {
            return ReleaseState.RETIRED;
        }
        if (!counts(version)) {
            return ReleaseState.DUPLICATE;
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
