/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.pipeline.phase;

import dev.cstemplates.core.CheckResult;
import dev.cstemplates.core.CheckResult.Status;
import dev.cstemplates.core.Failure;
import dev.cstemplates.core.Hypervisor;
import dev.cstemplates.core.Sha256;
import dev.cstemplates.host.Installation;
import dev.cstemplates.pipeline.request.ResolvedBuild;
import dev.cstemplates.validation.TemplateValidation;
import dev.cstemplates.validation.report.Report;
import dev.cstemplates.validation.report.ReportFiles;
import dev.cstemplates.validation.target.Expectations;
import dev.cstemplates.validation.target.ValidationTarget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Runs all checks on the exported disks, and fails the build if they are not fit for CloudStack. */
public final class ValidatePhase implements Phase {

    static final String NAME = "validate";

    /** The report and the guest's packages, for later phases. */
    static final String OUTCOME = "outcome.json";

    private final Installation installation;
    private final TemplateValidation validation;

    public ValidatePhase(Installation installation, TemplateValidation validation) {
        this.installation = installation;
        this.validation = validation;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public SortedMap<String, String> inputs(ResolvedBuild build) {
        var inputs = new TreeMap<String, String>();
        inputs.putAll(inputs(ExpectationsFactory.expectations(build.definition(), build.architecture())));
        for (var hypervisor : build.hypervisors()) {
            inputs.putAll(ExportPhase.variantInputs(build.definition(), hypervisor));
        }
        var checks = installation.scripts().resolve("validation");
        try (var files = Files.walk(checks)) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                inputs.put(
                        "scripts/validation/" + checks.relativize(file),
                        Sha256.of(file).hex());
            }
        } catch (IOException e) {
            throw Failure.host("Cannot read the checks in " + checks + ": " + e, "")
                    .because(e);
        }
        return inputs;
    }

    private static Map<String, String> inputs(Expectations expected) {
        var inputs = new TreeMap<String, String>();
        inputs.put("expected.architecture", expected.architecture().id());
        inputs.put("expected.family", expected.family());
        inputs.put("expected.release", expected.release());
        inputs.put("expected.packageFamily", expected.packageFamily());
        inputs.put("expected.virtualSize", Long.toString(expected.virtualSize().bytes()));
        inputs.put("expected.cpu", expected.cpu());
        inputs.put("expected.cpus", Integer.toString(expected.cpus()));
        inputs.put("expected.memory", Long.toString(expected.memory().bytes()));
        inputs.put("expected.defaultUser", expected.defaultUser());
        inputs.put("expected.passwordEnabled", Boolean.toString(expected.passwordEnabled()));
        inputs.put("expected.datasources", String.join(" ", expected.datasources()));
        inputs.put("expected.mirrors", String.join(" ", expected.mirrors()));
        inputs.put("expected.boot", expected.boot().toString());
        inputs.put("expected.emulationFactor", Integer.toString(expected.emulationFactor()));
        return inputs;
    }

    @Override
    public Duration usual() {
        return Duration.ofMinutes(5);
    }

    @Override
    public void run(ResolvedBuild build, PhaseContext context) {
        var disk = context.input(ExportPhase.NAME, ExportPhase.fileOf(Hypervisor.KVM));
        var outcome = validation.run(
                new TemplateValidation.ValidationRequest(
                        build.subject(),
                        new ValidationTarget(
                                disk,
                                "qcow2",
                                ExpectationsFactory.expectations(build.definition(), build.architecture()),
                                build.accelerator()),
                        variants(build, context),
                        context.scratch(),
                        context.logs()),
                context.activity());
        // The report is kept with the build even if checks failed.
        new ReportFiles().write(outcome.report(), context.logs());
        requirePassed(outcome.report(), context.logs());
        new ReportFiles().write(outcome.report(), context.target());
        keep(outcome, context.target());
    }

    private static List<TemplateValidation.Variant> variants(ResolvedBuild build, PhaseContext context) {
        return build.hypervisors().stream()
                .filter(hypervisor -> hypervisor != Hypervisor.KVM)
                .map(hypervisor -> ExpectationsFactory.variant(
                        build.definition(),
                        hypervisor,
                        context.input(ExportPhase.NAME, ExportPhase.fileOf(hypervisor))))
                .toList();
    }

    private static void keep(TemplateValidation.ValidationResult outcome, Path target) {
        try {
            for (var attachment : outcome.report().attachments()) {
                Files.copy(attachment.file(), target.resolve(attachment.file().getFileName()));
            }
        } catch (IOException e) {
            throw Failure.host("Cannot save the validation's result: " + e, "Check for a full disk.")
                    .because(e);
        }
        Phase.writeResult(target.resolve(OUTCOME), outcome);
    }

    private static void requirePassed(Report report, Path folder) {
        if (!report.passed()) {
            throw Failure.build(
                    report.count(Status.FAILED) + " checks failed:\n"
                            + report.groups().stream()
                                    .flatMap(group -> group.results().stream()
                                            .filter(CheckResult::isFailed)
                                            .map(check -> "  " + check.title() + " (" + group.name() + "): "
                                                    + check.detail()))
                                    .collect(Collectors.joining("\n")),
                    "The report: " + folder.resolve(ReportFiles.HTML));
        }
    }
}
