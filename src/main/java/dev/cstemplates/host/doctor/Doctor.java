package dev.cstemplates.host.doctor;

import dev.cstemplates.core.Architecture;
import dev.cstemplates.core.CstHome;
import dev.cstemplates.core.Failure;
import dev.cstemplates.host.Host;
import dev.cstemplates.host.PackageManager;
import dev.cstemplates.host.process.Processes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.function.Consumer;

/** Says what this host lacks for building templates and, when asked, gives it that. */
public final class Doctor {

    private final Host host;
    private final Processes processes;
    private final AptCache archive;
    private final List<Check> checks;

    /** Something that is looked at; each call looks again. */
    @FunctionalInterface
    interface Check {
        CheckResult examine();
    }

    /**
     * @param home where disks will be written
     * @param kvm asked last, as it can take seconds
     * @param target what templates are to be built for
     */
    public Doctor(Host host, Processes processes, CstHome home, KvmProbe kvm, Architecture target) {
        this.host = host;
        this.processes = processes;
        this.archive = new AptCache(host, processes);
        var all = new ArrayList<Check>();
        var tools = new ToolCheck(host, processes, archive);
        var needed = Tools.alsoFor(target);
        Tools.ALL.forEach(tool -> all.add(() -> tools.examine(needed.contains(tool) ? tool.required() : tool)));
        all.add(new PackerPluginCheck(host, processes)::examine);
        all.addAll(new LibraryChecks(host, archive).all());
        all.addAll(new GuestChecks(host, archive, target).all());
        all.addAll(new NamespaceChecks(host, processes).all());
        all.addAll(new CapacityChecks(host, home.root(), kvm).all());
        this.checks = List.copyOf(all);
    }

    public DoctorReport examine() {
        return new DoctorReport(host, checks.stream().map(Check::examine).toList());
    }

    /**
     * Runs every mending step of {@code diagnosis} and examines anew.
     *
     * @param output told each command, and each line that it prints
     * @throws Failure of kind host when a command fails, or root's rights can't be had
     */
    public DoctorReport mend(DoctorReport diagnosis, Consumer<String> output) {
        var now = diagnosis;
        if (!now.mendingSteps().isEmpty() && !archive.isLoaded()) {
            run(PackageManager.APT.refresh(), output);
            now = examine();
        }
        // What one round installs can need something itself, as a new Packer needs its plugin.
        var done = new HashSet<FixCommand>();
        for (var steps = now.mendingSteps(); done.addAll(steps); steps = now.mendingSteps()) {
            run(steps, output);
            now = examine();
        }
        return now;
    }

    private void run(List<FixCommand> steps, Consumer<String> output) {
        for (var step : steps) {
            if (step.asRoot() && !host.userIsRoot() && host.path().find("sudo").isEmpty()) {
                throw Failure.host(
                        "Only root can install what is missing, and there is no sudo",
                        "As root, run: " + FixCommand.line(steps, true));
            }
            var command = step.command(host.userIsRoot());
            output.accept("$ " + command);
            var result = processes.run(host.command(command.argv()).onLine(output));
            if (!result.succeeded()) {
                throw Failure.host(Processes.describe(result), "Mend what it says, then run again: cst doctor --fix");
            }
        }
    }
}
