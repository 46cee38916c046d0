/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.host;

import dev.cstemplates.core.Version;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An external program that this tool calls.
 *
 * @param program its name on the search path
 * @param purpose completes "for …"
 * @param need what does not work without it
 * @param versionArguments make it print its version; empty where the version does not matter
 * @param minimum the oldest version that works; null when any does
 * @param packages the package that contains it, per package manager
 */
public record Tool(
        String program,
        String purpose,
        Need need,
        List<String> versionArguments,
        @Nullable Version minimum,
        Map<PackageManager, String> packages) {

    /** What does not work without a tool. */
    public enum Need {
        /** Building a template. */
        REQUIRED,
        /** A check, a test, or the builds of one family. */
        RECOMMENDED,
        /** Something that few users need: {@code doctor --fix} does not install it. */
        OPTIONAL
    }

    /** The same tool, required. */
    public Tool required() {
        return new Tool(program, purpose, Need.REQUIRED, versionArguments, minimum, packages);
    }

    public Tool {
        versionArguments = List.copyOf(versionArguments);
        packages = Map.copyOf(packages);
    }
}
