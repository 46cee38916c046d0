package dev.cstemplates.validation;

import dev.cstemplates.core.CheckResult;
import dev.cstemplates.core.CstHome;
import dev.cstemplates.core.Failure;
import dev.cstemplates.core.FileTrees;
import dev.cstemplates.disk.FormatCheck;
import dev.cstemplates.host.process.Command;
import dev.cstemplates.host.process.Processes;
import dev.cstemplates.validation.TemplateValidation.ValidationRequest;
import dev.cstemplates.validation.TemplateValidation.Variant;
import dev.cstemplates.validation.offline.OfflineRequest;
import dev.cstemplates.validation.offline.OfflineValidation;
import dev.cstemplates.validation.report.CheckGroup;
import dev.cstemplates.validation.target.ValidationTarget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** Checks a template's disk for another hypervisor than KVM: its format, and its content without booting it. */
final class VariantValidation {

    /** What creating a variant changes or might leave behind; everything else equals the disk for KVM, which was booted. */
    private static final Set<String> SCRIPTS =
            Set.of("common/cloud-init.sh", "common/identity.sh", "common/layout.sh", "common/traces.sh");

    private final Processes processes;
    private final FormatCheck format;
    private final OfflineValidation offline;

    VariantValidation(Processes processes, FormatCheck format, OfflineValidation offline) {
        this.processes = processes;
        this.format = format;
        this.offline = offline;
    }

    /** Runs every check; their ids begin with the hypervisor's id. A disk with an invalid format is not opened. */
    List<CheckGroup> run(ValidationRequest request, Variant variant, Consumer<String> activity) {
        var name = variant.hypervisor().id();
        activity.accept("checking the disk for " + name);
        var expected = request.target().expected().withDatasources(variant.datasources());
        var groups = new ArrayList<CheckGroup>();
        var formatResults = format.check(
                variant.file(), expected.virtualSize(), request.logs().resolve(name + "-format.log"));
        groups.add(group(name, "format", formatResults));
        if (CheckResult.noneFailed(formatResults)) {
            var scratch = CstHome.createDirectories(request.scratch().resolve(name));
            var disk = variant.format().equals("vmdk") ? unpacked(variant.file(), scratch) : variant.file();
            var target = new ValidationTarget(
                    disk, variant.format(), expected, request.target().accelerator());
            var content = offline.run(
                    OfflineRequest.allChecks(target, name, request.scratch(), request.logs())
                            .only(SCRIPTS),
                    activity);
            groups.add(group(name, "offline", content.checks()));
            FileTrees.deleteOrFail(scratch);
        }
        return groups;
    }

    private static CheckGroup group(String hypervisor, String name, List<CheckResult> results) {
        return new CheckGroup(
                hypervisor + ": " + name,
                results.stream()
                        .map(result -> result.withId(hypervisor + "." + result.id()))
                        .toList());
    }

    /** The disk inside an OVA, unpacked as CloudStack's secondary storage does it. */
    private Path unpacked(Path ova, Path directory) {
        processes.check(Command.of(
                "tar",
                "-xf",
                ova.toAbsolutePath().toString(),
                "-C",
                directory.toAbsolutePath().toString()));
        try (var files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(".vmdk"))
                    .findFirst()
                    .orElseThrow(() -> Failure.build(ova + " contains no VMDK disk", "Build the template again."));
        } catch (IOException e) {
            throw Failure.host("Cannot unpack " + ova + " in " + directory + ": " + e, "Check free disk space.")
                    .because(e);
        }
    }
}
