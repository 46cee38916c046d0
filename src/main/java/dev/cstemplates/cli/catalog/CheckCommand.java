package dev.cstemplates.cli.catalog;

import dev.cstemplates.catalog.Definition;
import dev.cstemplates.catalog.Finding;
import dev.cstemplates.catalog.Finding.Severity;
import dev.cstemplates.cli.App;
import dev.cstemplates.core.Failure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cst check}. */
@Command(
        name = "check",
        description = {
            "Checks definitions and the scripts that they are built with, without building anything.",
            "Needs no network. Ends with exit code 2 when something is wrong; warnings alone end with 0."
        },
        footerHeading = "%nExamples:%n",
        footer = {"  cst check             everything", "  cst check debian-12   one definition and what it needs"})
public final class CheckCommand implements Callable<Integer> {

    private final App app;

    @Parameters(paramLabel = "ID", arity = "0..*", description = "One of 'cst list'. Default: all.")
    private List<String> ids = List.of();

    @Option(names = "--json", description = "Print an array of objects, one a finding.")
    private boolean json;

    @Option(
            names = "--schemas",
            paramLabel = "DIR",
            description = {
                "Folder of the installers' own schemas, which cst may not ship: subiquity-autoinstall.schema.json,"
                        + " cloud-init/schema-cloud-config-v1.json, agama/*.schema.json, autoyast/profile.rng."
                        + " What is not there is not checked, and is said. Default: 'schemas' below --home."
            })
    private @Nullable Path schemas;

    public CheckCommand(App app) {
        this.app = app;
    }

    @Override
    public Integer call() {
        var definitions = new ArrayList<Definition>();
        var findings = new ArrayList<Finding>();
        if (ids.isEmpty()) {
            definitions.addAll(app.catalog().definitions());
            app.catalog().problems().forEach(problem -> findings.add(Finding.of(problem)));
        } else {
            ids.stream().distinct().map(app.catalog()::definition).forEach(definitions::add);
        }
        if (schemas != null && !Files.isDirectory(schemas)) {
            throw Failure.usage("There is no folder " + schemas, "Name the one that holds the installers' schemas.");
        }
        app.checks(schemas).forEach(check -> findings.addAll(check.inspect(definitions)));
        var errors = count(findings, Severity.ERROR);
        if (json) {
            app.output().json(findings.stream().map(CheckCommand::fields).toList());
        } else {
            findings.forEach(finding -> app.output().line(text(finding)));
            app.output()
                    .line("%d definitions checked: %d errors, %d warnings, %d skipped"
                            .formatted(
                                    definitions.size(),
                                    errors,
                                    count(findings, Severity.WARNING),
                                    count(findings, Severity.SKIPPED)));
        }
        return errors == 0 ? 0 : Failure.Kind.USAGE.exitCode();
    }

    private static long count(List<Finding> findings, Severity severity) {
        return findings.stream()
                .filter(finding -> finding.severity() == severity)
                .count();
    }

    private static String text(Finding finding) {
        return name(finding.severity()) + ": " + finding.what() + ": " + finding.message();
    }

    private static Map<String, String> fields(Finding finding) {
        return new TreeMap<>(
                Map.of("severity", name(finding.severity()), "what", finding.what(), "message", finding.message()));
    }

    private static String name(Severity severity) {
        return severity.name().toLowerCase(Locale.ROOT);
    }
}
