package dev.cstemplates.publish;

import dev.cstemplates.artifact.VersionReference;
import dev.cstemplates.cloudstack.CloudStack;
import dev.cstemplates.cloudstack.Templates.UserDataPolicy;
import dev.cstemplates.core.Failure;
import java.time.Clock;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Manages which published version users see. A decision is first stored in a template's tags; names, visibility and the tag
 * {@code latest} follow from all decisions. So the next change of any kind completes an interrupted one.
 */
public final class Lifecycle {

    private final CloudStack cloud;
    private final TemplatePresentation presentation;
    private final Clock clock;
    private final Consumer<String> notice;

    /**
     * For one cloud.
     *
     * @param titles the title of a definition's id
     * @param notice receives messages to the user
     */
    public Lifecycle(
            CloudStack cloud, Profile profile, Function<String, String> titles, Clock clock, Consumer<String> notice) {
        this.cloud = cloud;
        this.presentation = new TemplatePresentation(cloud, profile, titles, notice);
        this.clock = clock;
        this.notice = notice;
    }

    /** All templates that cst published to this cloud, by id and version. */
    public List<Published> list() {
        return ErrorTranslation.get(() -> TemplateSeries.of(
                        TemplateView.of(cloud.templates().own()))
                .stream()
                .flatMap(series -> series.versions().stream().map(version -> published(series, version)))
                .toList());
    }

    private static Published published(TemplateSeries series, TemplateView seen) {
        var any = seen.any();
        return new Published(
                seen.id(),
                seen.tag(TemplateTags.ID),
                seen.tag(TemplateTags.VERSION),
                seen.tag(TemplateTags.ARCHITECTURE),
                any.hypervisor(),
                any.name(),
                series.state(seen),
                any.isPublic(),
                any.isFeatured(),
                seen.hasTag(TemplateTags.TESTED),
                any.created(),
                seen.entries().stream()
                        .filter(TemplateView::isReady)
                        .map(each -> each.zoneName())
                        .toList(),
                seen.entries().stream()
                        .filter(each -> !TemplateView.isReady(each))
                        .map(each -> each.zoneName())
                        .toList());
    }

    /**
     * Completes a reference to a published version. Without a version, chooses the newest one by number that was neither rolled back
     * nor retired, regardless of its hypervisors.
     *
     * @param hypervisor considers only versions published for this one; null for any
     * @see VersionReference#newestOf for the architecture
     */
    public VersionReference resolve(VersionReference reference, @Nullable String hypervisor) {
        var published = list().stream()
                .filter(each -> reference.matches(each.versionReference()))
                .filter(each -> hypervisor == null || each.hypervisor().equalsIgnoreCase(hypervisor))
                .toList();
        requireNonEmpty(published, reference + (hypervisor == null ? "" : " for " + hypervisor));
        return reference
                .newestOf(published.stream()
                        .filter(each -> reference.hasVersion() || each.state().isOffered())
                        .map(Published::versionReference)
                        .toList())
                .orElseThrow(() -> Failure.usage(
                        "Every published version of " + reference + " was rolled back or retired",
                        "Name one: " + reference + "@VERSION; 'cst publications list' shows them."));
    }

    /**
     * Makes a version the current one for every hypervisor that it is published for. The former one remains available under another name.
     * Hypervisors without this version keep their current one, with a notice.
     *
     * @param isTestNeeded whether a version without a passed deploy test is rejected
     */
    public void promote(VersionReference reference, boolean isTestNeeded) {
        ErrorTranslation.run(() -> {
            var all = series(reference.id());
            var chosen = versions(all, reference);
            for (var each : chosen) {
                requireFit(each, isTestNeeded);
            }
            for (var each : chosen) {
                TemplateTags.clear(cloud, each.id(), each.tags(), TemplateTags.WITHDRAWN, TemplateTags.RETIRED);
                if (!isCurrent(all, each)) {
                    TemplateTags.set(cloud, each.id(), each.tags(), Map.of(TemplateTags.PROMOTED, now()));
                }
            }
            apply(reference.id());
            for (var series : all) {
                if (series.version(reference).isEmpty()) {
                    notice.accept("%s: %s is not published for it, %s"
                            .formatted(
                                    series.title(),
                                    reference,
                                    series.current()
                                            .map(each -> each.tag(TemplateTags.VERSION) + " stays current")
                                            .orElse("it has no current version")));
                }
            }
        });
    }

    private static void requireFit(TemplateView version, boolean isTestNeeded) {
        if (version.entries().stream().noneMatch(TemplateView::isReady)) {
            throw Failure.usage(
                    version.any().name() + " is not ready in any zone",
                    "Publish it first: 'cst publish ID --profile P'.");
        }
        if (isTestNeeded && !version.hasTag(TemplateTags.TESTED)) {
            throw Failure.usage(
                    version.any().name() + " has not passed a deploy test",
                    "Run 'cst deploy-test " + version.tag(TemplateTags.ID) + "@" + version.tag(TemplateTags.VERSION)
                            + " --profile P', or promote with --skip-tests.");
        }
    }

    /**
     * Takes back the last promotion: wherever its version is current, the previous one becomes current
     * again. Without a previous one it stays current, with a notice. An interrupted rollback is completed; a repeated one without
     * an earlier version changes nothing.
     */
    public void rollBack(String id) {
        ErrorTranslation.run(() -> {
            var all = series(id);
            requireNonEmpty(all, id);
            var withdrawn = versionsBeingWithdrawn(all);
            var versions = withdrawn.isEmpty() ? lastPromoted(all) : withdrawn;
            withdraw(
                    id,
                    all.stream().filter(series -> isCurrent(series, versions)).toList(),
                    !withdrawn.isEmpty());
            apply(id);
        });
    }

    /** Versions that an unfinished rollback has withdrawn for one hypervisor, and perhaps not yet for the others. */
    private static Set<String> versionsBeingWithdrawn(List<TemplateSeries> all) {
        return all.stream()
                .flatMap(series -> series.versions().stream())
                .filter(each -> each.hasTag(TemplateTags.LATEST) && each.hasTag(TemplateTags.WITHDRAWN))
                .map(each -> each.tag(TemplateTags.VERSION))
                .collect(Collectors.toSet());
    }

    private static Set<String> lastPromoted(List<TemplateSeries> all) {
        return all.stream()
                .flatMap(series -> series.current().stream())
                .max(Comparator.comparing((TemplateView each) -> each.tag(TemplateTags.PROMOTED))
                        .thenComparing(each -> each.tag(TemplateTags.VERSION), VersionReference.OLDEST_FIRST))
                .map(each -> Set.of(each.tag(TemplateTags.VERSION)))
                .orElse(Set.of());
    }

    private static boolean isCurrent(TemplateSeries series, Set<String> versions) {
        return series.current()
                .filter(each -> versions.contains(each.tag(TemplateTags.VERSION)))
                .isPresent();
    }

    /** Withdraws the current version of each series that has a former one; decides before it changes anything. */
    private void withdraw(String id, List<TemplateSeries> chosen, boolean isUnfinished) {
        var withFormer = chosen.stream()
                .filter(series -> series.has(ReleaseState.FORMER))
                .toList();
        if (withFormer.isEmpty() && !isUnfinished) {
            if (chosen.stream().noneMatch(series -> series.has(ReleaseState.WITHDRAWN))) {
                throw Failure.usage(
                        "There is no earlier version of " + id + " to roll back to",
                        "Promote another version, or withdraw this one with 'cst retire " + id + "@VERSION'.");
            }
            notice.accept(id + " was rolled back already: there is no earlier version");
        }
        for (var series : chosen) {
            var current = series.current().orElseThrow();
            if (withFormer.contains(series)) {
                TemplateTags.set(cloud, current.id(), current.tags(), Map.of(TemplateTags.WITHDRAWN, now()));
            } else if (!withFormer.isEmpty()) {
                notice.accept("%s: no earlier version, %s stays current"
                        .formatted(series.title(), current.tag(TemplateTags.VERSION)));
            }
        }
    }

    /** Makes a version private; the next {@link #prune} deletes it. */
    public void retire(VersionReference reference) {
        ErrorTranslation.run(() -> {
            for (var each : versions(series(reference.id()), reference)) {
                if (!each.hasTag(TemplateTags.RETIRED)) {
                    TemplateTags.set(cloud, each.id(), each.tags(), Map.of(TemplateTags.RETIRED, now()));
                }
            }
            apply(reference.id());
        });
    }

    /**
     * Deletes old versions. Never the current one, nor the {@code keep} newest that are not retired.
     *
     * @param onlyUnused whether to skip versions that instances use; else they are an error
     * @param isDry whether to delete nothing and only report
     */
    public List<Pruned> prune(String id, int keep, boolean onlyUnused, boolean isDry) {
        return ErrorTranslation.get(() -> new Pruner(cloud, onlyUnused, isDry).prune(series(id), keep));
    }

    /** Grants accounts and projects the use of a version, or revokes it. */
    public void share(
            VersionReference reference, boolean isAllowed, Collection<String> accounts, Collection<String> projects) {
        ErrorTranslation.run(() -> versions(series(reference.id()), reference)
                .forEach(each -> cloud.templates().share(each.id(), isAllowed, accounts, projects)));
    }

    /** Links registered user-data to all templates of a version; {@code name} null removes the link. */
    public void linkUserData(VersionReference reference, @Nullable String name, UserDataPolicy policy) {
        ErrorTranslation.run(() -> {
            var userData = name == null
                    ? null
                    : cloud.userData().list().stream()
                            .filter(each ->
                                    each.name().equals(name) || each.id().equals(name))
                            .findFirst()
                            .orElseThrow(() ->
                                    Failure.usage("No user-data '" + name + "'", "Register it in CloudStack first."))
                            .id();
            versions(series(reference.id()), reference)
                    .forEach(each -> cloud.templates().linkUserData(each.id(), userData, policy));
        });
    }

    private List<TemplateSeries> series(String id) {
        return TemplateSeries.of(TemplateView.of(cloud.templates().byTag(TemplateTags.ID, id)));
    }

    /** The templates of a version, one for each hypervisor; never none. */
    private static List<TemplateView> versions(List<TemplateSeries> all, VersionReference reference) {
        var versions = all.stream()
                .flatMap(series -> series.version(reference).stream())
                .toList();
        requireNonEmpty(versions, reference.toString());
        return versions;
    }

    private static boolean isCurrent(List<TemplateSeries> all, TemplateView version) {
        return all.stream().flatMap(series -> series.current().stream()).anyMatch(version::equals);
    }

    private static void requireNonEmpty(List<?> found, String what) {
        if (found.isEmpty()) {
            throw notPublished(what);
        }
    }

    private static Failure notPublished(String what) {
        return Failure.usage(
                what + " is not published", "List published versions with 'cst publications list --profile P'.");
    }

    private String now() {
        return clock.instant().toString();
    }

    /** Applies the decisions to names, visibility and the tag for users, current versions first. */
    private void apply(String id) {
        for (var series : series(id)) {
            series.versions().stream()
                    .filter(each -> series.state(each) != ReleaseState.CANDIDATE)
                    .sorted(Comparator.comparing(each -> series.state(each) != ReleaseState.CURRENT))
                    .forEach(each -> presentation.apply(series.state(each), each));
        }
    }
}
