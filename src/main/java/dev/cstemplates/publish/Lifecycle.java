/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.publish;

import dev.cstemplates.artifact.VersionReference;
import dev.cstemplates.cloudstack.CloudStack;
import dev.cstemplates.cloudstack.CloudStackError;
import dev.cstemplates.cloudstack.Templates.UserDataPolicy;
import dev.cstemplates.core.Failure;
import java.time.Clock;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Manages which published version users see. A decision is first stored in a template's tags; names, visibility and the tag
 * {@code latest} follow from all decisions. So the next change of any kind completes an interrupted one.
 */
public final class Lifecycle {

    /** How often a change looks again whether another host decided something meanwhile. */
    private static final int LOOKS = 3;

    private final CloudStack cloud;
    private final Profile profile;
    private final TemplatePresentation presentation;
    private final Clock clock;
    private final Consumer<String> notice;
    private final boolean isDry;

    /**
     * For one cloud.
     *
     * @param titles the title of a definition's id
     * @param notice receives messages to the user
     * @param isDry whether to change nothing and only name the steps
     */
    public Lifecycle(
            CloudStack cloud,
            Profile profile,
            Function<String, String> titles,
            Clock clock,
            Consumer<String> notice,
            boolean isDry) {
        this.cloud = cloud;
        this.profile = profile;
        this.presentation = new TemplatePresentation(cloud, profile, titles);
        this.clock = clock;
        this.notice = notice;
        this.isDry = isDry;
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
     * What a promotion insists on.
     *
     * @param isTestNeeded whether a version without a passed deploy test is rejected
     * @param isReadyZonesEnough whether zones where it is not ready lose the present version
     */
    public record PromotionRules(boolean isTestNeeded, boolean isReadyZonesEnough) {}

    /**
     * Makes a version the current one for every hypervisor that it is published for. It takes over the former one's shares, user-data and
     * hand-made tags and details; the former one remains available under another name. Hypervisors without this version keep their
     * current one, with a notice.
     */
    public void promote(VersionReference reference, PromotionRules rules) {
        ErrorTranslation.run(() -> {
            var all = series(reference.id());
            var chosen = versions(all, reference);
            for (var each : chosen) {
                requireFit(each, rules.isTestNeeded());
                requireReadyEverywhere(each, current(all, each), rules.isReadyZonesEnough());
            }
            requireMayPublish();
            var plan = new ReleasePlan(cloud, all);
            for (var each : chosen) {
                var former = current(all, each);
                if (former.filter(each::equals).isEmpty()) {
                    former.ifPresent(before -> new CarryOver(cloud, profile, plan, notice).plan(before, each));
                }
                plan.clear(each, TemplateTags.WITHDRAWN, TemplateTags.RETIRED);
                if (former.filter(each::equals).isEmpty()) {
                    plan.set(each, Map.of(TemplateTags.PROMOTED, now()));
                }
            }
            run(reference.id(), plan);
            noteLinksThatEnd();
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
        if (version.ready().isEmpty()) {
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

    /** Where it is not ready, users would see no current version any more. */
    private void requireReadyEverywhere(
            TemplateView version, Optional<TemplateView> former, boolean isReadyZonesEnough) {
        var zones = Stream.concat(Stream.of(version), former.stream())
                .flatMap(each ->
                        each.entries().stream().filter(entry -> each.equals(version) || TemplateView.isReady(entry)))
                .map(entry -> entry.zoneName())
                .collect(Collectors.toCollection(TreeSet::new));
        version.entries().stream()
                .filter(TemplateView::isReady)
                .map(entry -> entry.zoneName())
                .forEach(zones::remove);
        if (zones.isEmpty()) {
            return;
        }
        var fact = "%s is not ready in %s".formatted(version.any().name(), String.join(", ", zones));
        if (!isReadyZonesEnough) {
            throw Failure.usage(
                    fact,
                    "Publish it again to complete these zones, or promote it where it is ready with"
                            + " --ready-zones-only: the other zones then have no current version.");
        }
        notice.accept(fact + ": no current version there");
    }

    /** The server's setting binds users only, and it is not in the list of allowed calls. */
    private void requireMayPublish() {
        if (presentation.isPublic()
                && !cloud.capabilities().mayMakePublic()
                && cloud.caller().isUser()) {
            throw Failure.usage(
                    "This account may not make templates public: the setting allow.public.user.templates is false",
                    "Set 'visibility: private' in the profile and share versions with 'cst share', or ask an"
                            + " administrator to change the setting for this account.");
        }
    }

    /** Public templates are downloaded again, for example onto a new image store, from where they were registered. */
    private void noteLinksThatEnd() {
        var method = profile.delivery();
        if (presentation.isPublic() && (method.serve() != null || method.s3() != null)) {
            notice.accept(
                    "CloudStack downloads a public template again for each new image store, from the address it was"
                            + " registered with; %s. Prefer delivery.folder or delivery.url"
                                    .formatted(
                                            method.serve() != null
                                                    ? "cst serves that only while it publishes"
                                                    : "its signed links end"));
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
            var plan = new ReleasePlan(cloud, all);
            withdraw(
                    plan,
                    id,
                    all.stream().filter(series -> isCurrent(series, versions)).toList(),
                    !withdrawn.isEmpty());
            requireMayPublish();
            run(id, plan);
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
    private void withdraw(ReleasePlan plan, String id, List<TemplateSeries> chosen, boolean isUnfinished) {
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
                for (var each : series.templates(current.versionReference())) {
                    plan.set(each, Map.of(TemplateTags.WITHDRAWN, now()));
                }
            } else if (!withFormer.isEmpty()) {
                notice.accept("%s: no earlier version, %s stays current"
                        .formatted(series.title(), current.tag(TemplateTags.VERSION)));
            }
        }
    }

    /** Makes a version private; the next {@link #prune} deletes it. */
    public void retire(VersionReference reference) {
        ErrorTranslation.run(() -> {
            var all = series(reference.id());
            var plan = new ReleasePlan(cloud, all);
            for (var each : templates(all, reference)) {
                if (!each.hasTag(TemplateTags.RETIRED)) {
                    plan.set(each, Map.of(TemplateTags.RETIRED, now()));
                }
            }
            run(reference.id(), plan);
        });
    }

    /**
     * Deletes old versions, and all but one of several templates of a version. Never the current one, nor the {@code keep} newest that
     * are not retired. Goes on after one that cannot be deleted.
     *
     * @param onlyUnused whether to skip versions that instances use; else they are an error
     */
    public List<Pruned> prune(String id, int keep, boolean onlyUnused) {
        return ErrorTranslation.get(() -> new Pruner(cloud, onlyUnused, isDry).prune(series(id), keep));
    }

    /** Grants accounts and projects the use of a version, or revokes it. */
    public void share(
            VersionReference reference, boolean isAllowed, Collection<String> accounts, Collection<String> projects) {
        ErrorTranslation.run(() -> {
            var all = series(reference.id());
            var plan = new ReleasePlan(cloud, all);
            for (var series : all) {
                for (var each : series.templates(reference)) {
                    if (isAllowed && !series.state(each).isOffered()) {
                        throw Failure.usage(
                                "%s is %s"
                                        .formatted(
                                                reference,
                                                series.state(each).name().toLowerCase(Locale.ROOT)),
                                "Share another version, or promote this one first.");
                    }
                    plan.add(
                            (isAllowed ? "share '" : "revoke shares of '")
                                    + each.any().name() + "'",
                            () -> share(each, isAllowed, accounts, projects));
                }
            }
            if (plan.isEmpty()) {
                throw notPublished(reference.toString());
            }
            run(reference.id(), plan);
        });
    }

    private void share(
            TemplateView version, boolean isAllowed, Collection<String> accounts, Collection<String> projects) {
        try {
            cloud.templates().share(version.id(), isAllowed, accounts, projects);
        } catch (CloudStackError error) {
            if (error.message().toLowerCase(Locale.ROOT).contains("launch permission")) {
                throw Failure.remote(
                                error.message(),
                                "Accounts and projects have to be in the template owner's domain, "
                                        + version.any().domain() + ". Publish for the other domain with its own"
                                        + " profile, or make the template public.",
                                false)
                        .because(error);
            }
            throw error;
        }
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
            var all = series(reference.id());
            var plan = new ReleasePlan(cloud, all);
            for (var each : templates(all, reference)) {
                plan.add(
                        (userData == null ? "unlink user-data from '" : "link user-data to '")
                                + each.any().name() + "'",
                        () -> cloud.templates().linkUserData(each.id(), userData, policy));
            }
            run(reference.id(), plan);
        });
    }

    private List<TemplateSeries> series(String id) {
        return TemplateSeries.of(TemplateView.of(cloud.templates().byTag(TemplateTags.ID, id)));
    }

    /** The templates of a version that count, one for each hypervisor; never none. */
    private static List<TemplateView> versions(List<TemplateSeries> all, VersionReference reference) {
        return required(all.stream().flatMap(series -> series.version(reference).stream()), reference);
    }

    /** All templates of a version; never none. */
    private static List<TemplateView> templates(List<TemplateSeries> all, VersionReference reference) {
        return required(all.stream().flatMap(series -> series.templates(reference).stream()), reference);
    }

    private static List<TemplateView> required(Stream<TemplateView> found, VersionReference reference) {
        var list = found.toList();
        requireNonEmpty(list, reference.toString());
        return list;
    }

    /** The current version of the series that {@code version} belongs to. */
    private static Optional<TemplateView> current(List<TemplateSeries> all, TemplateView version) {
        return all.stream()
                .filter(series -> series.versions().contains(version))
                .flatMap(series -> series.current().stream())
                .findFirst();
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

    /**
     * Adds what follows from the decisions to the plan and carries it out. Then looks again: what another host decided meanwhile is
     * completed as well.
     */
    private void run(String id, ReleasePlan plan) {
        presentation.complete(plan);
        if (isDry) {
            plan.descriptions().forEach(step -> notice.accept("would " + step));
            return;
        }
        plan.run(notice);
        for (var look = 1; look <= LOOKS; look++) {
            var rest = new ReleasePlan(cloud, series(id));
            presentation.complete(rest);
            if (rest.isEmpty()) {
                return;
            }
            rest.run(notice);
        }
    }
}
