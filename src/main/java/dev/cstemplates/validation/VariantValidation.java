package dev.cstemplates.validation;

import dev.cstemplates.core.CstHome;
import dev.cstemplates.core.Failure;
import dev.cstemplates.core.FileTrees;
import dev.cstemplates.host.process.Command;
import dev.cstemplates.host.process.Processes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Looks at a template's disk for another hypervisor than KVM: its format by CloudStack's rules, its content without booting it. Nothing
 * but its settings differs from the disk that was booted.
 */
public final class VariantValidation {

    /** What making a variant changes, or might leave behind; all else is the disk that was looked at and booted. */
    private static final Set<String> WHAT_MAY_DIFFER =
            Set.of("common/cloud-init.sh", "common/identity.sh", "common/layout.sh", "common/traces.sh");

    private final Processes processes;
    private final FormatValidation format;
    private final OfflineValidation offline;
    private final Path checks;

    /** @param checks folder with the scripts that look at a disk offline */
    public VariantValidation(Processes processes, FormatValidation format, OfflineValidation offline, Path checks) {
        this.processes = processes;
        this.format = format;
        this.offline = offline;
        this.checks = checks;
    }

    /** Makes every check; their ids begin with the hypervisor's. A disk whose format is not sound is not opened. */
    List<Check> run(TemplateValidation.Request request, TemplateValidation.Variant variant, Consumer<String> activity) {
        var name = variant.hypervisor().id();
        activity.accept("checking the disk for " + name);
        var expected = request.expected().withDatasources(variant.datasources());
        var found = new ArrayList<>(format.run(
                variant.file(), expected.virtualSize(), request.logs().resolve(name + "-format.log")));
        if (found.stream().noneMatch(check -> check.status() == Status.FAIL)) {
            var scratch = CstHome.made(request.scratch().resolve(name));
            var disk = variant.format().equals("vmdk") ? unpacked(variant.file(), scratch) : variant.file();
            found.addAll(offline.run(
                            OfflineValidation.Request.of(
                                    request, disk, variant.format(), expected, checks, WHAT_MAY_DIFFER, name),
                            activity)
                    .checks());
            FileTrees.forget(scratch);
        }
        return found.stream()
                .map(check -> new Check(
                        name + "." + check.id(),
                        check.title(),
                        name + ": " + check.group(),
                        check.status(),
                        check.detail()))
                .toList();
    }

    /** The disk in an OVA, unpacked as CloudStack's secondary storage does it. */
    private Path unpacked(Path ova, Path folder) {
        processes.check(Command.of(
                "tar",
                "-xf",
                ova.toAbsolutePath().toString(),
                "-C",
                folder.toAbsolutePath().toString()));
        try (var files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".vmdk"))
                    .findFirst()
                    .orElseThrow();
        } catch (IOException e) {
            throw Failure.host("The OVA can't be unpacked in " + folder + ": " + e, "Look for a full disk.")
                    .because(e);
        }
    }
}
