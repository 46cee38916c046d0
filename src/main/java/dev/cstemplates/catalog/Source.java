/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.catalog;

import dev.cstemplates.core.Failure;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** How the first disk of a build is created. */
public enum Source {
    /** The vendor's installer runs unattended. */
    ISO,
    /** The first disk is the vendor's cloud image. */
    IMAGE,
    /** The distribution's package tool installs to an empty disk; no installer runs. */
    BOOTSTRAP;

    /** Lower-case name, for example {@code bootstrap}. */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Parses an ID; anything else is a {@link Failure} of kind usage. */
    public static Source parse(String text) {
        return Arrays.stream(values())
                .filter(source -> source.id().equals(text))
                .findFirst()
                .orElseThrow(() -> Failure.usage(
                        "Unknown source '" + text + "'",
                        "Use one of: " + Arrays.stream(values()).map(Source::id).collect(Collectors.joining(", "))
                                + "."));
    }
}
