/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.packer;

import dev.cstemplates.core.Failure;
import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Validated environment variables of scripts. Packer interprets its templates more than once, so no value may look like a template.
 *
 * @param names by name, in a stable order
 */
record Environment(SortedMap<String, String> names) {

    private static final Pattern NAME = Pattern.compile("CST_[A-Z0-9]+(_[A-Z0-9]+)*");

    /** Names that the configurations set themselves. */
    private static final Set<String> TAKEN = Set.of("CST_ACCELERATOR", "CST_OUTPUT", "CST_WORK");

    Environment {
        names.forEach(Environment::check);
        names = Collections.unmodifiableSortedMap(new TreeMap<>(names));
    }

    static Environment of(Map<String, String> names) {
        return new Environment(new TreeMap<>(names));
    }

    Environment with(String name, String value) {
        var all = new TreeMap<>(names);
        all.put(name, value);
        return new Environment(all);
    }

    /** The Packer variable that holds a name's value: {@code build_mirror} for {@code CST_BUILD_MIRROR}. */
    static String variable(String name) {
        return name.substring("CST_".length()).toLowerCase(Locale.ROOT);
    }

    private static void check(String name, String value) {
        if (!NAME.matcher(name).matches()) {
            throw Failure.usage("Invalid script variable '" + name + "'", "Use CST_ and capital letters: CST_LOCALE.");
        }
        if (TAKEN.contains(name)) {
            throw Failure.usage(name + " is set by the Packer project itself", "Omit it.");
        }
        if (value.contains("{{") || value.contains("}}")) {
            throw Failure.usage(
                    "The value of " + name + " contains {{ or }}, which Packer would interpret as a template: " + value,
                    "Avoid doubled braces.");
        }
        if (value.chars().anyMatch(Character::isISOControl)) {
            throw Failure.usage(
                    "The value of " + name + " contains a line break or another control character",
                    "Write it on one line.");
        }
    }
}
