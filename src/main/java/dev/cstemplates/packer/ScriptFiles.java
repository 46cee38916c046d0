/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.packer;

import dev.cstemplates.core.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.regex.Pattern;

/**
 * The scripts of a project.
 *
 * @param byName each script by its file name, in the order in which they run
 */
record ScriptFiles(SequencedMap<String, Path> byName) {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]*");

    ScriptFiles {
        byName = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(byName));
    }

    static ScriptFiles of(List<Path> scripts) {
        var byName = new LinkedHashMap<String, Path>();
        for (var script : scripts) {
            var name = String.valueOf(script.getFileName());
            if (!NAME.matcher(name).matches()) {
                throw Failure.usage(
                        "The script " + script + " has a name that Packer or a shell may misread",
                        "Rename it: letters, digits, dot, dash and underscore.");
            }
            if (!Files.isRegularFile(script)) {
                throw Failure.usage("There is no script " + script, "Restore it, or remove it from the definition.");
            }
            if (byName.put(name, script) != null) {
                throw Failure.usage(
                        "Two scripts are called " + name, "Rename one: they are copied to the same folder.");
            }
        }
        return new ScriptFiles(byName);
    }

    List<String> names() {
        return List.copyOf(byName.keySet());
    }

    /** Copies the scripts and makes them executable. */
    void copyTo(Path folder) throws IOException {
        for (var script : byName.entrySet()) {
            var copy = Files.copy(script.getValue(), folder.resolve(script.getKey()));
            Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
    }
}
