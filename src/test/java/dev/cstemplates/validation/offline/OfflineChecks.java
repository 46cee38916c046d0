/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.validation.offline;

import dev.cstemplates.validation.target.Expectations;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The product's own session of offline checks, without libguestfs: for a system that is a folder of this host. */
public record OfflineChecks(Expectations expected, Path scripts) {

    private static final String COMMAND = "-sh \"";

    /** A shell script that does in the system's root what the session's guestfish commands do. */
    public String script() {
        return new OfflineSession(expected, library())
                .lines().stream().map(OfflineChecks::shell).collect(Collectors.joining("\n", "", "\n"));
    }

    private static String shell(String line) {
        return line.startsWith(COMMAND)
                ? "( "
                        + line.substring(COMMAND.length(), line.length() - 1)
                                .replace("\\n", "\n")
                                .replace("\\\"", "\"")
                        + " )"
                : line;
    }

    /** The results in the script's output. */
    public OfflineValidation.OfflineResult result(List<String> lines) {
        var output = new OfflineOutput();
        lines.forEach(output::accept);
        return output.result(library().scripts());
    }

    /** The checks that are reported. */
    public Set<String> ids() {
        return library().scripts().stream()
                .flatMap(script -> script.ids().stream())
                .collect(Collectors.toSet());
    }

    private CheckScript.Library library() {
        return CheckScript.read(scripts, expected.packageFamily());
    }
}
