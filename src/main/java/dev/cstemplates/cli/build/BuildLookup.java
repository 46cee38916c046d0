/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.cli.build;

import dev.cstemplates.core.Architecture;
import dev.cstemplates.core.Failure;
import dev.cstemplates.engine.BuildRecord;
import dev.cstemplates.engine.BuildRepository;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** Finds the build that the user means: by its id, by a unique prefix of it, or by the template that it builds. */
final class BuildLookup {

    private static final int MAX_CANDIDATES = 10;

    private BuildLookup() {}

    /**
     * The build with this id or unique prefix, or the newest build of this template ({@code debian-12}, {@code debian-12-x86_64}).
     *
     * @throws Failure of kind usage if there is none, or the name is ambiguous
     */
    static BuildRecord find(BuildRepository builds, String name) {
        var matches = matches(builds, name);
        return isTemplate(matches, name) ? matches.getFirst() : only(matches, name);
    }

    /** The same among the builds that are not over; a template has to have only one of them. */
    static BuildRecord unfinished(BuildRepository builds, String name) {
        var matches = matches(builds, name);
        if (matches.size() > 1 && !isTemplate(matches, name)) {
            return only(matches, name);
        }
        var unfinished =
                matches.stream().filter(build -> !build.state().isOver()).toList();
        if (unfinished.isEmpty()) {
            throw isOver(matches.getFirst());
        }
        return only(unfinished, name);
    }

    static Failure isOver(BuildRecord build) {
        return Failure.usage(
                "Build " + build.id() + " is over: " + build.state().id(), "'cst status' shows the builds.");
    }

    /** Newest first; only the build itself if the name is its whole id. */
    private static List<BuildRecord> matches(BuildRepository builds, String name) {
        if (name.isBlank()) {
            throw Failure.usage("Empty build id", "'cst status' shows the builds.");
        }
        var whole = builds.find(name);
        var matches = whole.map(List::of).orElseGet(() -> builds.startingWith(name));
        if (matches.isEmpty()) {
            throw Failure.usage("Unknown build '" + name + "'", "'cst status' shows the builds.");
        }
        return matches;
    }

    private static boolean isTemplate(List<BuildRecord> matches, String name) {
        return matches.stream()
                .allMatch(build -> build.subject().equals(name)
                        || Arrays.stream(Architecture.values())
                                .anyMatch(each -> build.subject().equals(name + "-" + each.id())));
    }

    private static BuildRecord only(List<BuildRecord> matches, String name) {
        if (matches.size() > 1) {
            var candidates = matches.stream()
                    .limit(MAX_CANDIDATES)
                    .map(build -> "  " + build.id() + "  " + build.state().id())
                    .collect(Collectors.joining("\n"));
            throw Failure.usage(
                    "'" + name + "' is ambiguous: " + matches.size() + " builds match",
                    "Use one of these ids:\n" + candidates + (matches.size() > MAX_CANDIDATES ? "\n  ..." : ""));
        }
        return matches.getFirst();
    }
}
