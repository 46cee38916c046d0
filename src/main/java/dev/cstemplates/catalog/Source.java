package dev.cstemplates.catalog;

import java.util.Locale;

/** How the first disk of a build comes to be. */
public enum Source {
    /** The distribution's own package tool fills an empty disk; no installer runs. */
    BOOTSTRAP;

    /** Lower-case name, for example {@code bootstrap}. */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }
}
