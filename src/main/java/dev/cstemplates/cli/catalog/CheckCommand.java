/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.cli.catalog;

import dev.cstemplates.catalog.Catalog;
import dev.cstemplates.catalog.Definition;
import dev.cstemplates.catalog.DefinitionCheck;
import dev.cstemplates.cli.terminal.Output;
import dev.cstemplates.core.CheckResult;
import dev.cstemplates.core.CheckResult.Status;
import dev.cstemplates.core.Failure;
import dev.cstemplates.pipeline.online.OnlineCheck;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cst check}. */
@Command(
        name = "check",
        description = {
            "Checks definitions and the scripts they are built with, without building anything.",
            "Requires no network access. Exits with 2 if there are errors and with 0 if there are only warnings.",
            "With --online, compares definitions with what their vendors publish today instead: addresses, keys and"
                    + " their expiry, signatures, the newest media, and every package. Exits with 1 if a definition is out"
                    + " of date, and with 4 if a server fails."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  cst check                      all definitions",
            "  cst check debian-12            one definition and its scripts",
            "  cst check --online debian-12   its addresses, keys, media and packages"
        })
public final class CheckCommand implements Callable<Integer> {

    private final Output output;
    private final Supplier<Catalog> catalog;
    private final Function<@Nullable Path, List<DefinitionCheck>> checks;
    private final Supplier<OnlineCheck> onlineCheck;

    @Parameters(paramLabel = "ID", arity = "0..*", description = "One of 'cst list'. Default: all.")
    private List<String> ids = List.of();

    @Option(names = "--online", description = "Check against the vendors' servers.")
    private boolean online;

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
            Output output,
            Supplier<Catalog> catalog,
            Function<@Nullable Path, List<DefinitionCheck>> checks,
            Supplier<OnlineCheck> onlineCheck) {
        this.output = output;
        this.catalog = catalog;
        this.checks = checks;
        this.onlineCheck = onlineCheck;
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
        if (online) {
            return printOnline(onlineCheck.get().inspect(definitions));
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

    private int printOnline(List<OnlineCheck.Finding> findings) {
        if (json) {
            output.json(findings.stream().map(CheckCommand::fields).toList());
        } else {
            output.table(
                    List.of("ID", "CHECK", "RESULT", "DETAIL"),
                    findings.stream()
                            .map(each -> List.of(
                                    each.definition(),
                                    each.check().title(),
                                    each.check().status().id(),
                                    each.check().detail()))
                            .toList());
            findings.stream()
                    .map(OnlineCheck.Finding::check)
                    .filter(check -> !check.isPassed())
                    .map(CheckResult::fix)
                    .filter(fix -> !fix.isEmpty())
                    .distinct()
                    .forEach(fix -> output.line("→ " + fix));
        }
        var causes = findings.stream()
                .map(OnlineCheck.Finding::cause)
                .filter(Objects::nonNull)
                .collect(Collectors.toSet());
        if (causes.isEmpty()) {
            return 0;
        }
        return causes.equals(Set.of(Failure.Kind.REMOTE))
                ? Failure.Kind.REMOTE.exitCode()
                : Failure.Kind.BUILD.exitCode();
    }

    private static Map<String, String> fields(OnlineCheck.Finding finding) {
        var check = finding.check();
        var fields = new LinkedHashMap<String, String>();
        fields.put("definition", finding.definition());
        fields.put("check", check.title());
        fields.put("status", check.status().id());
        fields.put("detail", check.detail());
        fields.put("fix", check.fix());
        return fields;
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
