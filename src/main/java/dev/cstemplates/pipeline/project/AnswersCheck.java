/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.pipeline.project;

import dev.cstemplates.catalog.Definition;
import dev.cstemplates.catalog.DefinitionCheck;
import dev.cstemplates.catalog.Source;
import dev.cstemplates.core.Accelerator;
import dev.cstemplates.core.CheckResult;
import dev.cstemplates.core.Failure;
import dev.cstemplates.core.FileTrees;
import dev.cstemplates.host.Tools;
import dev.cstemplates.host.process.Command;
import dev.cstemplates.host.process.Processes;
import dev.cstemplates.packer.ProjectRenderer;
import dev.cstemplates.pipeline.request.ResolvedBuild;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Renders the answer file of every definition and architecture and validates it with the tool for its language, if installed:
 * {@code ksvalidator} with the exact kickstart version, {@code debconf-set-selections}, {@code xmllint}. Autoinstalls, their cloud-config,
 * and profiles of Agama and AutoYaST are validated against the vendors' schemas, if the operator provides those.
 */
public final class AnswersCheck implements DefinitionCheck {

    private static final Duration LIMIT = Duration.ofMinutes(1);

    private final PackerProjectFactory projects;
    private final ProjectRenderer renderer;
    private final Processes processes;
    private final InstallerSchemas schemas;

    public AnswersCheck(
            PackerProjectFactory projects, ProjectRenderer renderer, Processes processes, InstallerSchemas schemas) {
        this.projects = projects;
        this.renderer = renderer;
        this.processes = processes;
        this.schemas = schemas;
    }

    @Override
    public String id() {
        return "answer-files";
    }

    @Override
    public List<CheckResult> inspect(List<Definition> definitions) {
        var findings = new ArrayList<CheckResult>();
        var missing = new TreeMap<String, String>();
        var unknown = new TreeMap<String, String>();
        for (var definition : definitions) {
            for (var architecture : definition.architectures().keySet()) {
                var build = new ResolvedBuild(
                        definition, architecture, Source.ISO, new TreeSet<>(), null, null, Accelerator.TCG, null);
                if (definition.installer() != null && build.target().iso() != null) {
                    inspect(build, missing, unknown).ifPresent(findings::add);
                }
            }
        }
        missing.forEach((tool, remedy) ->
                findings.add(skipped("answer files", "not checked: " + tool + " is not installed. " + remedy)));
        unknown.forEach((what, file) -> findings.add(skipped(
                "answer files",
                what + " not checked against their schema: save the vendor's schema as " + file
                        + ", or name its folder with --schemas DIR")));
        return findings;
    }

    private Optional<CheckResult> inspect(
            ResolvedBuild build, Map<String, String> missing, Map<String, String> unknown) {
        try {
            var folder = Files.createTempDirectory("cst-check");
            try {
                var rendered = renderer.render(projects.installer(build, null), folder.resolve("install"));
                return read(build, rendered.folder().resolve("answers"), missing, unknown);
            } finally {
                FileTrees.delete(folder);
            }
        } catch (IOException e) {
            throw Failure.host("Cannot write the answer file: " + e, "Check for a full disk.")
                    .because(e);
        } catch (Failure failure) {
            return Optional.of(error(build.subject(), failure.message()));
        }
    }

    private Optional<CheckResult> read(
            ResolvedBuild build, Path answers, Map<String, String> missing, Map<String, String> unknown) {
        var installer = Objects.requireNonNull(build.definition().installer());
        return switch (installer.kind()) {
            case KICKSTART ->
                read(
                        build,
                        missing,
                        "Install pykickstart: dnf install pykickstart, or pip install pykickstart.",
                        Tools.KSVALIDATOR.program(),
                        "--version",
                        Objects.requireNonNull(installer.syntax()),
                        answers.resolve("ks.cfg").toString());
            case PRESEED ->
                read(
                        build,
                        missing,
                        "Install the package 'debconf'.",
                        Tools.DEBCONF.program(),
                        "--checkonly",
                        answers.resolve("preseed.cfg").toString());
            case AUTOYAST ->
                read(
                        build,
                        missing,
                        "Install the package 'libxml2-utils' (Debian, Ubuntu) or 'libxml2'.",
                        xmllint(answers.resolve("autoinst.xml"), unknown));
            // Generated from a tree, so the syntax is valid.
            case SUBIQUITY -> fits(build, schemas.autoinstall(answers.resolve("user-data"), unknown));
            case AGAMA -> fits(build, schemas.agama(answers.resolve("autoinst.json"), unknown));
        };
    }

    private String[] xmllint(Path profile, Map<String, String> unknown) {
        var command = new ArrayList<>(List.of(Tools.XMLLINT.program(), "--noout", "--nonet"));
        schemas.autoYast(unknown).ifPresent(grammar -> command.addAll(List.of("--relaxng", grammar.toString())));
        command.add(profile.toString());
        return command.toArray(String[]::new);
    }

    private Optional<CheckResult> fits(ResolvedBuild build, List<String> problems) {
        return problems.isEmpty()
                ? Optional.empty()
                : Optional.of(error(
                        build.subject(),
                        "its answer file does not match the installer's schema:\n" + String.join("\n", problems)));
    }

    private Optional<CheckResult> read(
            ResolvedBuild build, Map<String, String> missing, String remedy, String... command) {
        try {
            var result = processes.run(Command.of(command).timeout(LIMIT));
            return result.succeeded()
                    ? Optional.empty()
                    : Optional.of(error(build.subject(), command[0] + " rejects its answer file:\n" + result.tail()));
        } catch (Failure failure) {
            if (failure.kind() != Failure.Kind.HOST) {
                throw failure;
            }
            missing.put(command[0], remedy);
            return Optional.empty();
        }
    }
}
