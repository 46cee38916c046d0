package dev.cstemplates.pipeline;

import dev.cstemplates.catalog.Definition;
import dev.cstemplates.catalog.Source;
import dev.cstemplates.host.Failure;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Which of the sources that definitions describe the install phase can make a disk from. */
public final class BuildableSource {

    private static final List<Source> WORKING = List.of(Source.BOOTSTRAP);

    private BuildableSource() {}

    /** The definition's sources that can be built from, the first of which is taken where nobody chooses. */
    public static List<Source> of(Definition definition) {
        return definition.sources().stream().filter(WORKING::contains).toList();
    }

    /**
     * What to build {@code definition} from: {@code wanted}, or the first that works. A {@link Failure} of kind usage says why it can't
     * be, and what can be done instead.
     */
    public static Source choose(Definition definition, @Nullable Source wanted) {
        var working = of(definition);
        if (wanted != null && !definition.sources().contains(wanted)) {
            throw Failure.usage(
                    definition.id() + " has no source '" + wanted.id() + "'",
                    "It has: " + words(definition.sources()) + ".");
        }
        if (wanted == null ? !working.isEmpty() : working.contains(wanted)) {
            return wanted == null ? working.getFirst() : wanted;
        }
        var asked = wanted == null ? words(definition.sources()) : wanted.id();
        throw Failure.usage(
                definition.id() + " can't be built from " + asked + " yet",
                working.isEmpty()
                        ? "'cst render " + definition.id() + " --source iso --out DIR' writes its Packer project;"
                                + " 'cst list --json' says which definitions can be built."
                        : "It can be built from: " + words(working) + ".");
    }

    private static String words(List<Source> sources) {
        return sources.stream().map(Source::id).collect(Collectors.joining(", "));
    }
}
