package dev.cstemplates.host.doctor;

import dev.cstemplates.core.CheckResult.Status;
import dev.cstemplates.core.Failure;
import dev.cstemplates.core.Version;
import dev.cstemplates.host.Host;
import dev.cstemplates.host.PackerRequirements;
import dev.cstemplates.host.Tool;
import dev.cstemplates.host.Tools;
import dev.cstemplates.host.process.Processes;
import java.time.Duration;
import java.util.Optional;

/** Checks programs and their versions. */
final class ToolCheck {

    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final Host host;
    private final Processes processes;
    private final AptCache aptCache;

    ToolCheck(Host host, Processes processes, AptCache aptCache) {
        this.host = host;
        this.processes = processes;
        this.aptCache = aptCache;
    }

    HostCheck examine(Tool tool) {
        var file = host.path().find(tool.program());
        if (file.isEmpty()) {
            return missing(tool, "not installed");
        }
        if (tool.versionArguments().isEmpty()) {
            return HostCheck.passed(tool.program(), tool.purpose(), file.get().toString());
        }
        var version = version(tool);
        var minimum = tool.minimum();
        if (minimum == null) {
            return HostCheck.passed(
                    tool.program(),
                    tool.purpose(),
                    version.map(Version::toString).orElse(file.get().toString()));
        }
        if (version.isEmpty()) {
            return missing(tool, file.get() + " does not print its version: is it another program of that name?");
        }
        return version.get().isBefore(minimum)
                ? missing(tool, version.get() + " is too old, " + minimum + " or later is required")
                : HostCheck.passed(tool.program(), tool.purpose(), version.get().toString());
    }

    private Optional<Version> version(Tool tool) {
        var command = host.command(tool.program())
                .with(tool.versionArguments().toArray(String[]::new))
                // Else Packer checks for updates over the network.
                .env("CHECKPOINT_DISABLE", "1")
                .timeout(LIMIT);
        try {
            var output = processes.run(command).output();
            return tool.equals(Tools.PACKER) ? PackerRequirements.versionIn(output) : Version.in(output);
        } catch (Failure failure) {
            if (failure.kind() == Failure.Kind.CANCELLED) {
                throw failure;
            }
            return Optional.empty();
        }
    }

    private HostCheck missing(Tool tool, String found) {
        var status = tool.need() == Tool.Need.REQUIRED ? Status.FAILED : Status.WARNING;
        var problem = HostCheck.problem(tool.program(), tool.purpose(), status, found);
        var packaged = host.packageOf(tool.packages()).filter(name -> !aptCache.isUnavailable(name));
        if (packaged.isPresent()) {
            problem = problem.fixedBy(packaged);
        } else if (tool.equals(Tools.PACKER)) {
            problem = problem.fixedBy(PackerSource.commands(host))
                    .advising("Download it from https://developer.hashicorp.com/packer/install");
        } else {
            problem = problem.advising(
                    "Install it by hand: no package is known for " + host.os().title() + ".");
        }
        return tool.need() == Tool.Need.OPTIONAL ? problem.notFixedByDefault() : problem;
    }
}
