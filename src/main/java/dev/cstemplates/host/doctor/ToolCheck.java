package dev.cstemplates.host.doctor;

import dev.cstemplates.core.Failure;
import dev.cstemplates.core.Version;
import dev.cstemplates.host.Host;
import dev.cstemplates.host.doctor.CheckResult.Status;
import dev.cstemplates.host.process.Processes;
import java.time.Duration;
import java.util.Optional;

/** Looks for programs and asks them for their versions. */
final class ToolCheck {

    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final Host host;
    private final Processes processes;
    private final AptCache archive;

    ToolCheck(Host host, Processes processes, AptCache archive) {
        this.host = host;
        this.processes = processes;
        this.archive = archive;
    }

    CheckResult examine(Tool tool) {
        var file = host.path().find(tool.program());
        if (file.isEmpty()) {
            return mended(tool, "not installed");
        }
        if (tool.versionArguments().isEmpty()) {
            return CheckResult.ok(tool.program(), tool.purpose(), file.get().toString());
        }
        var version = version(tool);
        var minimum = tool.minimum();
        if (minimum == null) {
            return CheckResult.ok(
                    tool.program(),
                    tool.purpose(),
                    version.map(Version::toString).orElse(file.get().toString()));
        }
        if (version.isEmpty()) {
            // Red Hat's cracklib has a program called packer, too.
            return mended(tool, file.get() + " does not tell its version: is it another program of that name?");
        }
        return version.get().isBefore(minimum)
                ? mended(tool, version.get() + " is too old, " + minimum + " is needed")
                : CheckResult.ok(tool.program(), tool.purpose(), version.get().toString());
    }

    private Optional<Version> version(Tool tool) {
        var command = host.command(tool.program())
                .with(tool.versionArguments().toArray(String[]::new))
                // Packer asks its maker for news otherwise.
                .env("CHECKPOINT_DISABLE", "1")
                .timeout(LIMIT);
        try {
            return Version.in(processes.run(command).output());
        } catch (Failure failure) {
            if (failure.kind() == Failure.Kind.CANCELLED) {
                throw failure;
            }
            return Optional.empty();
        }
    }

    private CheckResult mended(Tool tool, String found) {
        var status = tool.need() == Tool.Need.REQUIRED ? Status.MISSING : Status.WARN;
        var problem = CheckResult.problem(tool.program(), tool.purpose(), status, found);
        var packaged = host.packageOf(tool.packages()).filter(name -> !archive.lacks(name));
        if (packaged.isPresent()) {
            problem = problem.mendedBy(packaged);
        } else if (tool.equals(Tools.PACKER)) {
            problem = problem.mendedBy(PackerSource.steps(host))
                    .advising("Get it from https://developer.hashicorp.com/packer/install");
        } else {
            problem =
                    problem.advising(host.os().title() + " is not known to have a package of it: install it by hand.");
        }
        return tool.need() == Tool.Need.OPTIONAL ? problem.onlyWhenAsked() : problem;
    }
}
