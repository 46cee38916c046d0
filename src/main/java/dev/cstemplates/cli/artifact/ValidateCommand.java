/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.cli.artifact;

import dev.cstemplates.artifact.Artifact;
import dev.cstemplates.artifact.ArtifactStore;
import dev.cstemplates.artifact.VersionReference;
import dev.cstemplates.catalog.Catalog;
import dev.cstemplates.catalog.Definition;
import dev.cstemplates.cli.terminal.Output;
import dev.cstemplates.core.Accelerator;
import dev.cstemplates.core.Architecture;
import dev.cstemplates.core.CheckResult;
import dev.cstemplates.core.CheckResult.Status;
import dev.cstemplates.core.CstHome;
import dev.cstemplates.core.Failure;
import dev.cstemplates.core.Hypervisor;
import dev.cstemplates.pipeline.BuildResolver;
import dev.cstemplates.pipeline.phase.ExpectationsFactory;
import dev.cstemplates.pipeline.work.WorkDir;
import dev.cstemplates.validation.TemplateValidation;
import dev.cstemplates.validation.report.CheckGroup;
import dev.cstemplates.validation.report.Report;
import dev.cstemplates.validation.report.ReportFiles;
import dev.cstemplates.validation.target.ValidationTarget;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cst validate}. */
@Command(
        name = "validate",
        description = {
            "Validates a template: its disk format, its content offline, and its behaviour when booted behind an"
                    + " emulated CloudStack virtual router.",
            "Does not change the disk. Exits with 1 if a check failed."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  cst validate debian-12                             the newest artifact",
            "  cst validate debian-12@20261122.1                  this version",
            "  cst validate disk.qcow2 --as debian-12 --out DIR   a file, checked against a definition",
            "  cst validate disk.vhd --as debian-12               VHD, OVA, VMDK, VHDX, raw and compressed disks too"
        })
public final class ValidateCommand implements Callable<Integer> {

    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);

    private final Output output;
    private final Supplier<CstHome> home;
    private final Supplier<Catalog> catalog;
    private final Supplier<ArtifactStore> artifacts;
    private final Supplier<BuildResolver> resolver;
    private final Supplier<TemplateValidation> validation;
    private final Consumer<Architecture> requireTools;
    private final Function<Architecture, Accelerator> accelerators;
    private final Clock clock;

    @Parameters(
            paramLabel = "ID[@VERSION]|FILE",
            description = "An artifact, or the file of a disk together with --as. " + VersionReference.DEFAULT)
    private String subject = "";

    @Option(names = "--as", paramLabel = "ID", description = "The definition to validate a file against.")
    private @Nullable String as;

    @Option(
            names = "--arch",
            paramLabel = "ARCH",
            description =
                    "The architecture of the artifact or file. Default: this host's; for an artifact, else the only one"
                            + " in the store.")
    private @Nullable String arch;

    @Option(names = "--out", paramLabel = "DIR", description = "Directory for the report. Default: below --home.")
    private @Nullable Path out;

    @Option(names = "--json", description = "Print the result as JSON; progress goes to standard error.")
    private boolean json;

    /**
     * @param requireTools fails if this host misses a tool that validating the architecture uses
     * @param accelerators how this host runs guests of an architecture
     */
    public ValidateCommand(
            Output output,
            Supplier<CstHome> home,
            Supplier<Catalog> catalog,
            Supplier<ArtifactStore> artifacts,
            Supplier<BuildResolver> resolver,
            Supplier<TemplateValidation> validation,
            Consumer<Architecture> requireTools,
            Function<Architecture, Accelerator> accelerators,
            Clock clock) {
        this.output = output;
        this.home = home;
        this.catalog = catalog;
        this.artifacts = artifacts;
        this.resolver = resolver;
        this.validation = validation;
        this.requireTools = requireTools;
        this.accelerators = accelerators;
        this.clock = clock;
    }

    /** A disk, and the definition that it has to conform to. */
    private record Candidate(
            Path disk, Definition definition, Architecture architecture, List<TemplateValidation.Variant> variants) {}

    @Override
    public Integer call() {
        var candidate = candidate();
        requireTools.accept(candidate.architecture());
        try (var work = WorkDir.open(home.get(), WorkDir.Kind.VALIDATION, uniqueName(), output::warning)) {
            var folder = out == null ? work.logs() : CstHome.createDirectories(out);
            var outcome = validation
                    .get()
                    .run(
                            new TemplateValidation.ValidationRequest(
                                    subject,
                                    new ValidationTarget(
                                            candidate.disk(),
                                            "qcow2",
                                            ExpectationsFactory.expectations(
                                                    candidate.definition(), candidate.architecture()),
                                            accelerators.apply(candidate.architecture())),
                                    candidate.variants(),
                                    work.path(),
                                    folder),
                            text -> output.err().println(text));
            new ReportFiles().write(outcome.report(), folder);
            print(outcome.report(), folder);
            return outcome.report().passed() ? 0 : Failure.Kind.BUILD.exitCode();
        }
    }

    private Candidate candidate() {
        if (as == null) {
            var artifact = artifacts.get().find(VersionReference.parse(subject, arch));
            var disk = artifact.manifest().files().stream()
                    .filter(file ->
                            file.role().equals("disk") && file.hypervisor().equals("kvm"))
                    .findFirst()
                    .orElseThrow(() -> Failure.usage(
                            artifact.reference()
                                    + " has no disk for KVM, the only kind that can be booted on this host",
                            "Build it again: every build writes a QCOW2 disk."));
            var definition = catalog.get().definition(artifact.manifest().id());
            return new Candidate(
                    artifact.file(disk),
                    definition,
                    Architecture.parse(artifact.manifest().architecture()),
                    variants(artifact, definition));
        }
        var file = Path.of(subject);
        if (!Files.isReadable(file)) {
            throw Failure.usage("Cannot read " + file, "Check the name and the permissions of the file.");
        }
        var definition = catalog.get().definition(as);
        var architecture = arch == null ? Architecture.ofThisHost() : Architecture.parse(arch);
        // Rejects an architecture that the definition does not have.
        return new Candidate(
                file,
                resolver.get().resolve(definition, architecture, null, null).definition(),
                architecture,
                List.of());
    }

    private static List<TemplateValidation.Variant> variants(Artifact artifact, Definition definition) {
        return Arrays.stream(Hypervisor.values())
                .filter(hypervisor -> hypervisor != Hypervisor.KVM)
                .flatMap(hypervisor -> artifact.manifest().files().stream()
                        .filter(file -> file.hypervisor().equals(hypervisor.id()))
                        .map(file -> ExpectationsFactory.variant(definition, hypervisor, artifact.file(file))))
                .toList();
    }

    private void print(Report report, Path folder) {
        if (json) {
            var fields = new LinkedHashMap<String, Object>();
            fields.put("subject", subject);
            fields.put("passed", report.passed());
            fields.put(
                    "checks",
                    report.groups().stream().flatMap(ValidateCommand::toJson).toList());
            fields.put("facts", report.facts());
            fields.put("report", folder.resolve(ReportFiles.HTML).toString());
            output.json(fields);
            return;
        }
        for (var group : report.groups()) {
            for (var check : group.results()) {
                if (check.status() == Status.FAILED || check.status() == Status.WARNING) {
                    output.line("%s  %s (%s): %s".formatted(word(check), check.title(), group.name(), check.detail()));
                }
            }
        }
        output.line("%s: %d checks, %d failed; report: %s"
                .formatted(
                        report.passed() ? "passed" : "failed",
                        report.checks().size(),
                        report.count(Status.FAILED),
                        folder.resolve(ReportFiles.HTML)));
    }

    private static Stream<Map<String, String>> toJson(CheckGroup group) {
        return group.results().stream()
                .map(check -> Map.of(
                        "id", check.id(),
                        "title", check.title(),
                        "group", group.name(),
                        "status", word(check),
                        "detail", check.detail()));
    }

    private static String word(CheckResult check) {
        return check.status().id().toUpperCase(Locale.ROOT);
    }

    /** Unique, because two validations may start in the same second. */
    private String uniqueName() {
        return "validate-" + STAMP.format(clock.instant()) + "-"
                + UUID.randomUUID().toString().substring(0, 4);
    }
}
