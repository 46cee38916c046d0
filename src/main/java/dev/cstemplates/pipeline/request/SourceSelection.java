/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.pipeline.request;

import dev.cstemplates.catalog.Definition;
import dev.cstemplates.catalog.Media;
import dev.cstemplates.catalog.Source;
import dev.cstemplates.core.Architecture;
import dev.cstemplates.core.Failure;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Selects one of a definition's sources. */
public final class SourceSelection {

    private SourceSelection() {}

    /**
     * The source to build {@code definition} from: {@code requested}, else the first one for the architecture.
     *
     * @throws Failure of kind usage if there is no source for the architecture, or not the requested one
     */
    public static Source choose(Definition definition, Architecture architecture, @Nullable Source requested) {
        var sources = definition.sources(architecture);
        if (sources.isEmpty()) {
            throw Failure.usage(
                    "Cannot build %s for %s: no source supports that architecture"
                            .formatted(definition.id(), architecture.id()),
                    "Its sources are " + join(definition.sources()) + "; see 'cst show " + definition.id() + "'.");
        }
        if (requested == null) {
            return sources.getFirst();
        }
        if (!sources.contains(requested)) {
            throw Failure.usage(
                    "%s has no source '%s' for %s".formatted(definition.id(), requested.id(), architecture.id()),
                    "Use one of: " + join(sources) + ".");
        }
        return requested;
    }

    /** The definition's sources that need no file that only the user can download. */
    public static List<Source> unaided(Definition definition) {
        return definition.sources().stream()
                .filter(source -> definition.architectures().keySet().stream()
                        .anyMatch(architecture -> isUnaided(definition, architecture, source)))
                .toList();
    }

    /** Whether a source needs no such file for one architecture. */
    public static boolean isUnaided(Definition definition, Architecture architecture, Source source) {
        var target = definition.architectures().get(architecture);
        return definition.sources(architecture).contains(source)
                && target != null
                && !(target.media(source) instanceof Media.Local);
    }

    private static String join(List<Source> sources) {
        return sources.stream().map(Source::id).collect(Collectors.joining(", "));
    }
}
