/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.releases;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** The text of {@code specs/families.md}: one row for each way to build each definition. */
final class FamiliesTable {

    static final Path FILE = Path.of("specs/families.md");

    private static final String HEAD = """
        # Families

        Written by `ReleaseProfilesRealToolsTest`: each row is a way to build a definition, and what came of it on the profile of its release
        (`src/test/resources/releases`).

        - *Definition*: `cst check` accepts it.
        - *Answer file*: the vendor's own program accepts it.
        - *Scripts*: installation, preparation, clean-up and variants run to their end, and a second clean-up changes nothing.
        - *Checks*: the offline checks pass on the finished system.
        - *Faults*: each planted fault is found by its check.

        | Definition | Source | Architecture | Definition valid | Answer file accepted | Scripts run | Checks pass | Faults found |
        | --- | --- | --- | --- | --- | --- | --- | --- |
        """;

    private final Map<String, String> lines = new TreeMap<>();

    /** A row that was run. */
    void add(ReleaseRow row, String answers, ReleaseResult result) {
        add(row, answers, cell(result.scripts()), cell(result.checks()), cell(result.faults()));
    }

    /** A row whose release has no profile yet. */
    void add(ReleaseRow row, String answers) {
        add(row, answers, "no profile", "no profile", "no profile");
    }

    private void add(ReleaseRow row, String... cells) {
        lines.put(row.toString(), start(row) + " " + row.verdict() + " | " + String.join(" | ", cells) + " |\n");
    }

    /** The table, with the lines of the present file for rows that were not run. */
    String text(List<ReleaseRow> rows, String present) {
        var text = new StringBuilder(HEAD);
        for (var row : rows) {
            text.append(Objects.requireNonNullElseGet(lines.get(row.toString()), () -> lineOf(row, present)));
        }
        return text.toString();
    }

    private static String lineOf(ReleaseRow row, String present) {
        return present.lines()
                .filter(line -> line.startsWith(start(row)))
                .findFirst()
                .map(line -> line + "\n")
                .orElse(start(row) + " not run |\n");
    }

    private static String start(ReleaseRow row) {
        return "| %s | %s | %s |"
                .formatted(
                        row.definition().id(),
                        row.source().id(),
                        row.architecture().id());
    }

    private static String cell(List<String> problems) {
        return problems.isEmpty()
                ? "yes"
                : "no: " + problems.getFirst().lines().findFirst().orElseThrow();
    }
}
