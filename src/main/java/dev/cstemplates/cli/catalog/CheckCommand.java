package dev.cstemplates.cli.catalog;

import dev.cstemplates.catalog.Catalog;
import dev.cstemplates.catalog.Definition;
import dev.cstemplates.catalog.DefinitionCheck;
import dev.cstemplates.cli.terminal.Output;
import dev.cstemplates.core.CheckResult;
import dev.cstemplates.core.CheckResult.Status;
import dev.cstemplates.core.Failure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cst check}. */
@Command(
        name = "check",
        description = {
            "Checks definitions and the scripts they are built with, without building anything.",
            "Requires no network access. Exits with 2 if there are errors and with 0 if there are only warnings."
        },
        footerHeading = "%nExamples:%n",
        footer = {"  cst check             all definitions", "  cst check debian-12   one definition and its scripts"})
public final class CheckCommand implements Callable<Integer> {

    private final Output output;
    private final Supplier<Catalog> catalog;
    private final Function<@Nullable Path, List<DefinitionCheck>> checks;

    @Parameters(paramLabel = "ID", arity = "0..*", description = "One of 'cst list'. Default: all.")
    private List<String> ids = List.of();

    @Option(names = "--json", description = "Print a JSON array with one object per finding.")
    private boolean json;

    @Option(
            names = "--schemas",
            paramLabel = "DIR",
            description = {
                "Folder with the vendors' installer schemas, which cst may not distribute:"
                        + " subiquity-autoinstall.schema.json, cloud-init/schema-cloud-config-v1.json,"
                        + " agama/*.schema.json, autoyast/profile.rng. Checks without a schema are reported as skipped."
                        + " Default: 'schemas' below --home."
            })
    private @Nullable Path schemas;

    /** @param checks creates the checks for the folder of {@code --schemas} */
    public CheckCommand(
            Output output, Supplier<Catalog> catalog, Function<@Nullable Path, List<DefinitionCheck>> checks) {
        this.output = output;
        this.catalog = catalog;
        this.checks = checks;
    }

    @Override
    public Integer call() {
        var definitions = new ArrayList<Definition>();
        var results = new ArrayList<CheckResult>();
        if (ids.isEmpty()) {
            definitions.addAll(catalog.get().definitions());
            catalog.get().problems().forEach(problem -> results.add(problem.result()));
        } else {
            ids.stream().distinct().map(catalog.get()::definition).forEach(definitions::add);
        }
        if (schemas != null && !Files.isDirectory(schemas)) {
            throw Failure.usage("Folder not found: " + schemas, "Pass the folder with the installers' schemas.");
        }
        checks.apply(schemas).forEach(check -> results.addAll(check.inspect(definitions)));
        var errors = count(results, Status.FAILED);
        if (json) {
            output.json(results.stream().map(CheckCommand::fields).toList());
        } else {
            results.forEach(result -> output.line(text(result)));
            output.line("%d definitions checked: %d errors, %d warnings, %d skipped"
                    .formatted(
                            definitions.size(),
                            errors,
                            count(results, Status.WARNING),
                            count(results, Status.SKIPPED)));
        }
        return errors == 0 ? 0 : Failure.Kind.USAGE.exitCode();
    }

    private static long count(List<CheckResult> results, Status status) {
        return results.stream().filter(result -> result.status() == status).count();
    }

    private static String text(CheckResult result) {
        return severity(result) + ": " + result.title() + ": " + result.detail();
    }

    private static Map<String, String> fields(CheckResult result) {
        return new TreeMap<>(Map.of("severity", severity(result), "what", result.title(), "message", result.detail()));
    }

    private static String severity(CheckResult result) {
        return switch (result.status()) {
            case FAILED -> "error";
            case WARNING -> "warning";
            case SKIPPED -> "skipped";
            case PASSED -> "passed";
        };
    }
}
