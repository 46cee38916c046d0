/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.host.doctor;

import dev.cstemplates.host.FixCommand;
import dev.cstemplates.host.Host;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;

/**
 * All results of the doctor.
 *
 * @param checks in the order in which they are printed
 */
public record DoctorReport(Host host, List<HostCheck> checks) {

    public DoctorReport {
        checks = List.copyOf(checks);
    }

    /** Whether this host can build templates. */
    public boolean isFit() {
        return checks.stream().noneMatch(check -> check.result().isFailed());
    }

    /** Everything that {@code --fix} runs, in order: one installation of all packages, then the other commands. */
    public List<FixCommand> fixCommands() {
        var packages = new LinkedHashSet<String>();
        var others = new LinkedHashSet<FixCommand>();
        for (var check : checks) {
            if (check.isFixedByDefault()) {
                check.packageName().ifPresent(packages::add);
                others.addAll(check.commands());
            }
        }
        var commands = new ArrayList<FixCommand>(host.os()
                .packageManager()
                .map(manager -> manager.install(packages))
                .orElse(List.of()));
        commands.addAll(others);
        return List.copyOf(commands);
    }
}
