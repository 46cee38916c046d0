/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.host.doctor;

import dev.cstemplates.core.Architecture;
import dev.cstemplates.core.CstHome;
import dev.cstemplates.core.Failure;
import dev.cstemplates.core.Parallel;
import dev.cstemplates.host.FixCommand;
import dev.cstemplates.host.Host;
import dev.cstemplates.host.PackageManager;
import dev.cstemplates.host.Tool;
import dev.cstemplates.host.Tools;
import dev.cstemplates.host.process.Processes;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Consumer;

/** Checks whether this host can build templates, and fixes what is missing on request. */
public final class Doctor {

    private final Host host;
    private final Processes processes;
    private final AptCache aptCache;
    private final List<Check> checks;

    /** One check; each call checks again. Checks run at the same time. */
    @FunctionalInterface
    interface Check {
        HostCheck examine();
    }

    /**
     * @param home where disks are written
     * @param target architecture of the templates to build
     * @param needed tools that these templates require in addition to {@link Tools#required}
     */
    public Doctor(
            Host host, Processes processes, CstHome home, KvmProbe kvm, Architecture target, Collection<Tool> needed) {
        this.host = host;
        this.processes = processes;
        this.aptCache = new AptCache(host, processes);
        var all = new ArrayList<Check>();
        var tools = new ToolCheck(host, processes, aptCache);
        Tools.ALL.forEach(tool -> all.add(() -> tools.examine(needed.contains(tool) ? tool.required() : tool)));
        all.add(new PackerPluginCheck(host, processes)::examine);
        all.addAll(new LibraryChecks(host, aptCache).all());
        all.addAll(new GuestChecks(host, aptCache, target).all());
        all.addAll(new NamespaceChecks(host, processes).all());
        all.addAll(new CapacityChecks(host, home.root(), kvm).all());
        this.checks = List.copyOf(all);
    }

    public DoctorReport examine() {
        return new DoctorReport(
                host,
                Parallel.results(
                        "Checking this host",
                        checks.size(),
                        checks.stream()
                                .<Callable<HostCheck>>map(check -> check::examine)
                                .toList()));
    }

    /**
     * Runs every fix of {@code report} and checks again.
     *
     * @param output receives each command and each line that it prints
     * @throws Failure of kind host when a command fails, or root is required and sudo is missing
     */
    public DoctorReport fix(DoctorReport report, Consumer<String> output) {
        var now = report;
        if (!now.fixCommands().isEmpty() && !aptCache.isLoaded()) {
            run(PackageManager.APT.refresh(), output);
            now = examine();
        }
        // A fix can require another one: a new Packer requires its plugin.
        var done = new HashSet<FixCommand>();
        for (var commands = now.fixCommands(); done.addAll(commands); commands = now.fixCommands()) {
            run(commands, output);
            now = examine();
        }
        return now;
    }

    private void run(List<FixCommand> commands, Consumer<String> output) {
        for (var fix : commands) {
            if (fix.asRoot() && !host.userIsRoot() && host.path().find("sudo").isEmpty()) {
                throw Failure.host(
                        "Installing packages requires root, and sudo is not installed",
                        "As root, run: " + FixCommand.line(commands, true));
            }
            var command = fix.command(host.userIsRoot());
            output.accept("$ " + command);
            var result = processes.run(host.command(command.argv()).onLine(output));
            if (!result.succeeded()) {
                throw Failure.host(Processes.describe(result), "Fix the cause, then run again: cst doctor --fix");
            }
        }
    }
}
