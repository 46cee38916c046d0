package dev.cstemplates.pipeline.request;

import dev.cstemplates.catalog.Definition;
import dev.cstemplates.catalog.Media;
import dev.cstemplates.catalog.Source;
import dev.cstemplates.core.Architecture;
import dev.cstemplates.core.Failure;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Which of the sources that a definition describes a build takes. */
public final class SourceSelection {

    private SourceSelection() {}

    /**
     * What to build {@code definition} from: {@code wanted}, or its first source for the architecture. A {@link Failure} of kind usage
     * where it has none, or not that one.
     */
    public static Source choose(Definition definition, Architecture architecture, @Nullable Source wanted) {
        var sources = definition.sources(architecture);
        if (sources.isEmpty()) {
            throw Failure.usage(
                    "%s can't be built for %s: it has no source for it".formatted(definition.id(), architecture.id()),
                    "It has: " + words(definition.sources()) + ", see 'cst show " + definition.id() + "'.");
        }
        if (wanted == null) {
            return sources.getFirst();
        }
        if (!sources.contains(wanted)) {
            throw Failure.usage(
                    "%s has no source '%s' for %s".formatted(definition.id(), wanted.id(), architecture.id()),
                    "It has: " + words(sources) + ".");
        }
        return wanted;
    }

    /** The definition's sources that a build can start from without a file that only the operator can download. */
    public static List<Source> unaided(Definition definition) {
        return definition.sources().stream()
                .filter(source -> definition.architectures().keySet().stream()
                        .anyMatch(architecture -> isUnaided(definition, architecture, source)))
                .toList();
    }

    /** Whether that is so for one architecture. */
    public static boolean isUnaided(Definition definition, Architecture architecture, Source source) {
        var target = definition.architectures().get(architecture);
        return definition.sources(architecture).contains(source)
                && target != null
                && !(target.media(source) instanceof Media.Local);
    }

    /** A {@link Failure} of kind usage where a build lacks a file that only the operator can get, or is given one that it has no use for. */
    public static void requireMedium(ResolvedBuild build) {
        if (build.source() != Source.BOOTSTRAP) {
            build.mediaSource();
        } else if (build.medium() != null) {
            throw Failure.usage(
                    "Source bootstrap takes no ISO: its packages come from the archive",
                    "Leave " + build.medium().file() + " out, or choose --source iso.");
        }
    }

    private static String words(List<Source> sources) {
        return sources.stream().map(Source::id).collect(Collectors.joining(", "));
    }
}
