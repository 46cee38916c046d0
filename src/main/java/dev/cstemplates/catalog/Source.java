package dev.cstemplates.catalog;

import dev.cstemplates.core.Failure;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** How the first disk of a build comes to be. */
public enum Source {
    /** The vendor's installer runs unattended. */
    ISO,
    /** The vendor's cloud image is the first disk. */
    IMAGE,
    /** The distribution's own package tool fills an empty disk; no installer runs. */
    BOOTSTRAP;

    /** Lower-case name, for example {@code bootstrap}. */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The source called {@code text}; a {@link Failure} of kind usage where there is none. */
    public static Source parse(String text) {
        return Arrays.stream(values())
                .filter(source -> source.id().equals(text))
                .findFirst()
                .orElseThrow(() -> Failure.usage(
                        "There is no source '" + text + "'",
                        "The sources are: "
                                + Arrays.stream(values()).map(Source::id).collect(Collectors.joining(", ")) + "."));
    }
}
