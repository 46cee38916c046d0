/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.catalog;

import dev.cstemplates.core.CheckResult;
import dev.cstemplates.core.Failure;
import dev.cstemplates.host.Installation;
import dev.cstemplates.host.process.Command;
import dev.cstemplates.host.process.Processes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Checks that the scripts used by definitions exist, and lints them with shellcheck if it is installed. */
public final class ScriptsCheck implements DefinitionCheck {

    private static final Duration LIMIT = Duration.ofMinutes(5);

    private final Installation installation;
    private final Processes processes;
    private final String shellcheck;

    /** {@code shellcheck} is the program's name or path. */
    public ScriptsCheck(Installation installation, Processes processes, String shellcheck) {
        this.installation = installation;
        this.processes = processes;
        this.shellcheck = shellcheck;
    }

    @Override
    public String id() {
        return "scripts";
    }

    @Override
    public List<CheckResult> inspect(List<Definition> definitions) {
        var findings = new ArrayList<CheckResult>();
        var scripts = new TreeSet<Path>();
        var families = new TreeSet<String>();
        definitions.forEach(definition -> families.add(definition.packageFamily()));
        for (var family : families) {
            for (var step : List.of("preparation", "cleanup")) {
                var folder = installation.scripts().resolve(step).resolve(family);
                var found = scriptsIn(folder);
                if (found.isEmpty()) {
                    findings.add(error(relative(folder), "there are no scripts for the package family " + family));
                }
                scripts.addAll(found);
            }
        }
        builders(definitions)
                .forEach(builder ->
                        add(builder, "the script that creates the first disk is missing", scripts, findings));
        definitions.stream()
                .filter(definition -> definition.installer() != null)
                .map(definition -> definition.packageFamily() + ".sh")
                .distinct()
                .forEach(name -> add(
                        installation.scripts().resolve("installation").resolve(name),
                        "the script that finishes an installation is missing",
                        scripts,
                        findings));
        scripts.addAll(scriptsIn(installation.scripts().resolve("builders")));
        scripts.addAll(scriptsIn(installation.scripts().resolve("preparation/common")));
        scripts.addAll(scriptsIn(installation.scripts().resolve("validation")));
        if (!scripts.isEmpty()) {
            findings.addAll(lint(scripts));
        }
        return findings;
    }

    private void add(Path script, String otherwise, Set<Path> scripts, List<CheckResult> findings) {
        if (Files.isRegularFile(script)) {
            scripts.add(script);
        } else {
            findings.add(error(relative(script), otherwise));
        }
    }

    private Set<Path> builders(List<Definition> definitions) {
        var builders = new TreeSet<Path>();
        for (var definition : definitions) {
            if (definition.sources().contains(Source.BOOTSTRAP)) {
                builders.add(installation
                        .scripts()
                        .resolve("builders")
                        .resolve(Source.BOOTSTRAP.id() + "-" + definition.packageFamily() + ".sh"));
            }
        }
        return builders;
    }

    private static List<Path> scriptsIn(Path folder) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(".sh") && Files.isRegularFile(file))
                    .toList();
        } catch (IOException e) {
            throw Failure.host("Cannot read the scripts in " + folder + ": " + e, "Check the folder's permissions.")
                    .because(e);
        }
    }

    private List<CheckResult> lint(Set<Path> scripts) {
        var argv = new ArrayList<>(List.of(shellcheck, "--format=gcc", "--external-sources"));
        scripts.forEach(script -> argv.add(relative(script)));
        Processes.Result result;
        try {
            result = processes.run(Command.of(argv).in(installation.root()).timeout(LIMIT));
        } catch (Failure failure) {
            if (failure.kind() != Failure.Kind.HOST) {
                throw failure;
            }
            return List.of(skipped(
                    "scripts",
                    "not linted: shellcheck is not installed. To lint them, install the package 'shellcheck'"));
        }
        if (result.succeeded()) {
            return List.of();
        }
        if (result.exitCode() > 1) {
            throw Failure.build(Processes.describe(result), "");
        }
        return result.lines().stream()
                .filter(line -> !line.isBlank())
                .map(this::result)
                .toList();
    }

    /** A line of shellcheck's gcc format: {@code file:line:column: severity: message [SCnnnn]}. */
    private CheckResult result(String line) {
        var parts = line.split(": ", 3);
        return parts.length < 3 ? error("scripts", line) : error(parts[0], parts[2]);
    }

    private String relative(Path file) {
        return installation.root().relativize(file).toString();
    }
}
