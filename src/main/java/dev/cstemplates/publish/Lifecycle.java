package dev.cstemplates.publish;

import dev.cstemplates.cloudstack.CloudStack;
import dev.cstemplates.cloudstack.Templates.UserDataPolicy;
import dev.cstemplates.core.Failure;
import java.time.Clock;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Which of the published versions users get. A decision is written into a template's tags first; names, visibility and the tag
 * {@code latest} follow from all decisions. So an interrupted change is finished by the next one, whichever it is.
 */
public final class Lifecycle {

    private final CloudStack cloud;
    private final TemplatePresentation appearance;
    private final Clock clock;
    private final Consumer<String> notice;

    /**
     * For one cloud.
     *
     * @param titles the title of a definition's id
     * @param notice told what was done and what a person should know
     */
    public Lifecycle(
            CloudStack cloud, Profile profile, Function<String, String> titles, Clock clock, Consumer<String> notice) {
        this.cloud = cloud;
        this.appearance = new TemplatePresentation(cloud, profile, titles, notice);
        this.clock = clock;
        this.notice = notice;
    }

    /** Everything of ours in this cloud, by id and version. */
    public List<Published> list() {
        return ErrorTranslation.ask(() -> TemplateSeries.of(
                        TemplateView.of(cloud.templates().own()))
                .stream()
                .flatMap(line -> line.versions().stream().map(version -> published(line, version)))
                .toList());
    }

    private static Published published(TemplateSeries line, TemplateView seen) {
        var any = seen.any();
        return new Published(
                seen.id(),
                seen.tag(TemplateTags.ID),
                seen.tag(TemplateTags.VERSION),
                seen.tag(TemplateTags.ARCHITECTURE),
                any.hypervisor(),
                any.name(),
                line.standing(seen),
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

    /** The newest published version of an id. */
    public String newest(String id) {
        return list().stream()
                .filter(each -> each.id().equals(id))
                .map(Published::version)
                .reduce((older, newer) -> newer)
                .orElseThrow(() -> notPublished(id));
    }

    /**
     * Makes a version the current one, for every hypervisor that it is published for. Its former one stays usable, under another name.
     *
     * @param isTestNeeded whether a version without a passed deploy test is refused
     */
    public void promote(String id, String version, boolean isTestNeeded) {
        ErrorTranslation.tell(() -> {
            var lines = lines(id);
            var chosen = versions(lines, version);
            requireNonEmpty(chosen, id + "@" + version);
            for (var each : chosen) {
                requireFit(each, isTestNeeded);
            }
            for (var each : chosen) {
                TemplateTags.clear(cloud, each.id(), each.tags(), TemplateTags.WITHDRAWN, TemplateTags.RETIRED);
                if (!isCurrent(lines, each)) {
                    TemplateTags.set(cloud, each.id(), each.tags(), Map.of(TemplateTags.PROMOTED, now()));
                }
            }
            apply(id);
        });
    }

    private static void requireFit(TemplateView version, boolean isTestNeeded) {
        if (version.entries().stream().noneMatch(TemplateView::isReady)) {
            throw Failure.usage(
                    version.any().name() + " is ready in no zone", "Publish it first: 'cst publish ID --profile P'.");
        }
        if (isTestNeeded && !version.hasTag(TemplateTags.TESTED)) {
            throw Failure.usage(
                    version.any().name() + " has passed no deploy test",
                    "Run 'cst deploy-test " + version.tag(TemplateTags.ID) + "@" + version.tag(TemplateTags.VERSION)
                            + " --profile P', or promote with --untested.");
        }
    }

    /**
     * Makes the version before the current one current again. A rollback that was begun and not finished is finished; one that is repeated
     * when there is nothing further back changes nothing.
     */
    public void rollBack(String id) {
        ErrorTranslation.tell(() -> {
            var lines = lines(id);
            requireNonEmpty(lines, id);
            var isUnfinished = lines.stream().anyMatch(Lifecycle::isUnfinished);
            var going = goingVersions(lines);
            lines.stream().filter(line -> !isUnfinished || isGoing(line, going)).forEach(line -> withdraw(line, id));
            apply(id);
        });
    }

    /** Whether the tag for users is on another version than the decisions say. */
    private static boolean isUnfinished(TemplateSeries line) {
        return line.versions().stream()
                .anyMatch(each -> each.hasTag(TemplateTags.LATEST) && line.standing(each) != ReleaseState.CURRENT);
    }

    /** Versions that an unfinished rollback has withdrawn for one hypervisor, and perhaps not yet for the others. */
    private static List<String> goingVersions(List<TemplateSeries> lines) {
        return lines.stream()
                .flatMap(line -> line.versions().stream())
                .filter(each -> each.hasTag(TemplateTags.LATEST) && each.hasTag(TemplateTags.WITHDRAWN))
                .map(each -> each.tag(TemplateTags.VERSION))
                .toList();
    }

    private static boolean isGoing(TemplateSeries line, List<String> versions) {
        return line.current()
                .filter(each -> versions.contains(each.tag(TemplateTags.VERSION)))
                .isPresent();
    }

    private void withdraw(TemplateSeries line, String id) {
        var current = line.current();
        if (current.isEmpty()) {
            return;
        }
        var isFormerThere = line.versions().stream().anyMatch(each -> line.standing(each) == ReleaseState.FORMER);
        var isWithdrawnThere = line.versions().stream().anyMatch(each -> line.standing(each) == ReleaseState.WITHDRAWN);
        if (isFormerThere) {
            TemplateTags.set(cloud, current.get().id(), current.get().tags(), Map.of(TemplateTags.WITHDRAWN, now()));
        } else if (isWithdrawnThere) {
            notice.accept("'%s' was rolled back to already; there is nothing further back"
                    .formatted(current.get().any().name()));
        } else {
            throw Failure.usage(
                    "There is no version of " + id + " to go back to",
                    "Promote another one, or take this one away with 'cst retire " + id + "@VERSION'.");
        }
    }

    /** Takes a version out of use: private from now on, and the next {@link #prune} deletes it. */
    public void retire(String id, String version) {
        ErrorTranslation.tell(() -> {
            var chosen = versions(lines(id), version);
            requireNonEmpty(chosen, id + "@" + version);
            for (var each : chosen) {
                if (!each.hasTag(TemplateTags.RETIRED)) {
                    TemplateTags.set(cloud, each.id(), each.tags(), Map.of(TemplateTags.RETIRED, now()));
                }
            }
            apply(id);
        });
    }

    /**
     * Deletes old versions. Never the current one, nor the {@code keep} newest that are not retired.
     *
     * @param onlyUnused whether a version that an instance uses is left; else it is an error
     * @param isDry whether to tell only what would go
     */
    public List<Pruned> prune(String id, int keep, boolean onlyUnused, boolean isDry) {
        return ErrorTranslation.ask(() -> new Pruning(cloud, onlyUnused, isDry).of(lines(id), keep));
    }

    /** Lets accounts and projects use a version before or besides everybody, or no longer. */
    public void share(
            String id, String version, boolean isAllowed, Collection<String> accounts, Collection<String> projects) {
        ErrorTranslation.tell(() -> {
            var chosen = versions(lines(id), version);
            requireNonEmpty(chosen, id + "@" + version);
            chosen.forEach(each -> cloud.templates().share(each.id(), isAllowed, accounts, projects));
        });
    }

    /** Gives all instances of a version registered user-data; {@code name} null takes it away. */
    public void linkUserData(String id, String version, @Nullable String name, UserDataPolicy policy) {
        ErrorTranslation.tell(() -> {
            var userData = name == null
                    ? null
                    : cloud.userData().list().stream()
                            .filter(each ->
                                    each.name().equals(name) || each.id().equals(name))
                            .findFirst()
                            .orElseThrow(() -> Failure.usage(
                                    "There is no user-data '" + name + "'", "Register it in CloudStack first."))
                            .id();
            var chosen = versions(lines(id), version);
            requireNonEmpty(chosen, id + "@" + version);
            chosen.forEach(each -> cloud.templates().linkUserData(each.id(), userData, policy));
        });
    }

    private List<TemplateSeries> lines(String id) {
        return TemplateSeries.of(TemplateView.of(cloud.templates().byTag(TemplateTags.ID, id)));
    }

    private static List<TemplateView> versions(List<TemplateSeries> lines, String version) {
        return lines.stream()
                .flatMap(line -> line.versions().stream())
                .filter(each -> each.tag(TemplateTags.VERSION).equals(version))
                .toList();
    }

    private static boolean isCurrent(List<TemplateSeries> lines, TemplateView version) {
        return lines.stream().flatMap(line -> line.current().stream()).anyMatch(version::equals);
    }

    private static void requireNonEmpty(List<?> found, String what) {
        if (found.isEmpty()) {
            throw notPublished(what);
        }
    }

    private static Failure notPublished(String what) {
        return Failure.usage(what + " is not published here", "See what is with 'cst publications --profile P'.");
    }

    private String now() {
        return clock.instant().toString();
    }

    /** Makes names, visibility and the tag for users what the decisions say; the current version first. */
    private void apply(String id) {
        for (var line : lines(id)) {
            line.versions().stream()
                    .filter(each -> line.standing(each) != ReleaseState.CANDIDATE)
                    .sorted(Comparator.comparing(each -> line.standing(each) != ReleaseState.CURRENT))
                    .forEach(each -> appearance.show(line.standing(each), each));
        }
    }
}
