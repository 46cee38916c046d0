/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.cli.catalog;

import dev.cstemplates.catalog.Catalog;
import dev.cstemplates.catalog.Definition;
import dev.cstemplates.catalog.Definition.Support;
import dev.cstemplates.catalog.Source;
import dev.cstemplates.cli.terminal.Output;
import dev.cstemplates.core.Architecture;
import dev.cstemplates.core.Failure;
import dev.cstemplates.core.Hypervisor;
import dev.cstemplates.pipeline.request.SourceSelection;
import java.time.Clock;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code cst list}. */
@Command(
        name = "list",
        description = {
            "Lists all template definitions.",
            "Other commands take the ID of the first column. SOURCES are the supported sources of the first disk; a"
                    + " build uses the first unless --source names another. SECURITY UNTIL is the last day of security"
                    + " updates; releases that have ended, or end within 90 days, are marked."
        },
        footerHeading = "%nExamples:%n",
        footer = {"  cst list                           as a table", "  cst list --json | jq -r '.[].id'   for scripts"
        })
public final class ListCommand implements Callable<Integer> {

    private final Output output;
    private final Supplier<Catalog> catalog;
    private final Clock clock;

    @Option(names = "--json", description = "Print a JSON array with one object per template.")
    private boolean json;

    public ListCommand(Output output, Supplier<Catalog> catalog, Clock clock) {
        this.output = output;
        this.catalog = catalog;
        this.clock = clock;
    }

    /** Exit code 2 if a file is invalid: the list is correct but incomplete. */
    @Override
    public Integer call() {
        var definitions = catalog.get().definitions();
        if (json) {
            output.json(definitions.stream().map(this::fields).toList());
        } else {
            output.table(
                    List.of("ID", "ARCHITECTURES", "SOURCES", "SECURITY UNTIL"),
                    definitions.stream().map(this::row).toList());
        }
        definitions.forEach(each -> each.supportWarning(LocalDate.now(clock)).ifPresent(output::warning));
        var problems = catalog.get().problems();
        if (problems.isEmpty()) {
            return 0;
        }
        problems.forEach(problem -> output.error(problem.toString()));
        output.err().println("The definitions in these files are not listed. Fix them and run 'cst check'.");
        return Failure.Kind.USAGE.exitCode();
    }

    private Support support(Definition definition) {
        return definition.supportOn(LocalDate.now(clock));
    }

    private List<String> row(Definition definition) {
        var support = support(definition);
        var mark = support == Support.SUPPORTED ? "" : " (" + support.words() + ")";
        return List.of(
                definition.id(),
                String.join(", ", architectures(definition)),
                String.join(", ", ids(definition.sources())),
                definition.eol() + mark);
    }

    private Map<String, Object> fields(Definition definition) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("id", definition.id());
        fields.put("title", definition.title());
        fields.put("family", definition.family());
        fields.put("release", definition.release());
        fields.put("architectures", architectures(definition));
        fields.put("sources", ids(definition.sources()));
        fields.put("buildable", ids(SourceSelection.unaided(definition)));
        fields.put(
                "hypervisors",
                definition.variants().keySet().stream().map(Hypervisor::id).toList());
        fields.put("eol", definition.eol().toString());
        fields.put("support", support(definition).words().replace(' ', '-'));
        return fields;
    }

    private static List<String> architectures(Definition definition) {
        return definition.architectures().keySet().stream()
                .map(Architecture::id)
                .toList();
    }

    private static List<String> ids(List<Source> sources) {
        return sources.stream().map(Source::id).toList();
    }
}
