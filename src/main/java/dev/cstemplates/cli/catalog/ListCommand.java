package dev.cstemplates.cli.catalog;

import dev.cstemplates.catalog.Definition;
import dev.cstemplates.catalog.Source;
import dev.cstemplates.cli.App;
import dev.cstemplates.core.Architecture;
import dev.cstemplates.core.Failure;
import dev.cstemplates.core.Hypervisor;
import dev.cstemplates.pipeline.request.SourceSelection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code cst list}. */
@Command(
        name = "list",
        description = {
            "Lists the templates that are described.",
            "The first column is the ID that the other commands take. SOURCES are the ways to make the first disk; a build takes the"
                    + " first where --source names no other. SECURITY UNTIL is the last day with security updates."
        },
        footerHeading = "%nExamples:%n",
        footer = {"  cst list                           as a table", "  cst list --json | jq -r '.[].id'   for scripts"
        })
public final class ListCommand implements Callable<Integer> {

    private final App app;

    @Option(names = "--json", description = "Print an array of objects, one a template.")
    private boolean json;

    public ListCommand(App app) {
        this.app = app;
    }

    /** Exit code 2 when a file is broken: what is listed is right, but it is not all there should be. */
    @Override
    public Integer call() {
        var definitions = app.catalog().definitions();
        if (json) {
            app.output().json(definitions.stream().map(ListCommand::fields).toList());
        } else {
            app.output()
                    .table(
                            List.of("ID", "ARCHITECTURES", "SOURCES", "SECURITY UNTIL"),
                            definitions.stream().map(this::row).toList());
        }
        definitions.stream()
                .filter(definition -> definition.isPastSupportOn(app.today()))
                .forEach(definition ->
                        app.output().warning(definition.id() + " gets no security updates since " + definition.eol()));
        var problems = app.catalog().problems();
        if (problems.isEmpty()) {
            return 0;
        }
        problems.forEach(problem -> app.output().error(problem.toString()));
        app.output().err().println("Definitions in these files are not listed. Run 'cst check' once they are mended.");
        return Failure.Kind.USAGE.exitCode();
    }

    private List<String> row(Definition definition) {
        var past = definition.isPastSupportOn(app.today()) ? " (past)" : "";
        return List.of(
                definition.id(),
                String.join(", ", architectures(definition)),
                String.join(", ", ids(definition.sources())),
                definition.eol() + past);
    }

    private static Map<String, Object> fields(Definition definition) {
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
