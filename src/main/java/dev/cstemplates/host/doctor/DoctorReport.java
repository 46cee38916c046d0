package dev.cstemplates.host.doctor;

import dev.cstemplates.host.Host;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;

/**
 * All that the doctor found.
 *
 * @param findings in the order they are shown
 */
public record DoctorReport(Host host, List<CheckResult> findings) {

    public DoctorReport {
        findings = List.copyOf(findings);
    }

    /** Whether templates can be built here. */
    public boolean isFit() {
        return findings.stream().noneMatch(finding -> finding.status() == CheckResult.Status.MISSING);
    }

    /** Everything that {@code --fix} does, in order: one installation of all packages, then the rest. */
    public List<FixCommand> mendingSteps() {
        var packages = new LinkedHashSet<String>();
        var others = new LinkedHashSet<FixCommand>();
        for (var finding : findings) {
            if (finding.isMendedUnasked()) {
                finding.packageName().ifPresent(packages::add);
                others.addAll(finding.steps());
            }
        }
        var steps = new ArrayList<FixCommand>(host.os()
                .packageManager()
                .map(manager -> manager.install(packages))
                .orElse(List.of()));
        steps.addAll(others);
        return List.copyOf(steps);
    }
}
