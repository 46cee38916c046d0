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

/** Looks at the exported disk in every way that can be, and fails the build where it is not fit for CloudStack. */
public final class ValidatePhase implements Phase {

    static final String NAME = "validate";

    /** The report and the guest's packages as later phases read them. */
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
    public void run(ResolvedBuild build, Workplace workplace) {
        var disk = workplace.input(ExportPhase.NAME, ExportPhase.fileOf(Hypervisor.KVM));
        var outcome = validation.run(
                new TemplateValidation.ValidationRequest(
                        build.subject(),
                        new ValidationTarget(
                                disk,
                                "qcow2",
                                ExpectationsFactory.expectations(build.definition(), build.architecture()),
                                build.accelerator()),
                        variants(build, workplace),
                        workplace.scratch(),
                        workplace.logs()),
                workplace.activity());
        // The report stays with the build also when it says no.
        new ReportFiles().write(outcome.report(), workplace.logs());
        requirePassed(outcome.report(), workplace.logs());
        new ReportFiles().write(outcome.report(), workplace.target());
        keep(outcome, workplace.target());
    }

    private static List<TemplateValidation.Variant> variants(ResolvedBuild build, Workplace workplace) {
        return build.hypervisors().stream()
                .filter(hypervisor -> hypervisor != Hypervisor.KVM)
                .map(hypervisor -> ExpectationsFactory.variant(
                        build.definition(),
                        hypervisor,
                        workplace.input(ExportPhase.NAME, ExportPhase.fileOf(hypervisor))))
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
