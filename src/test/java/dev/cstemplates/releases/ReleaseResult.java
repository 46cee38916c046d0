/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.releases;

import dev.cstemplates.core.CheckResult;
import dev.cstemplates.core.CheckResult.Status;
import dev.cstemplates.validation.offline.OfflineChecks;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * What came of a row.
 *
 * @param scripts what is wrong with the scripts; empty if each did its work
 * @param checks the offline checks that failed on the finished system
 * @param faults the planted faults that no check found
 */
record ReleaseResult(List<String> scripts, List<String> checks, List<String> faults) {

    private static final String COMPLETE = "cst: the installation is complete";

    static ReleaseResult of(Map<String, ReleaseRun.Step> steps, OfflineChecks offline, List<Faults.Fault> planted) {
        var scripts = failed(steps);
        if (!scripts.isEmpty()) {
            return new ReleaseResult(scripts, List.of("not run"), List.of("not run"));
        }
        scripts.addAll(steps.get("remaining").lines());
        scripts.addAll(steps.get("accepted").lines());
        steps.get("again").lines().forEach(line -> scripts.add("a second clean-up changed " + line));
        var serial = steps.get("serial");
        if (serial != null && !serial.lines().equals(List.of(COMPLETE))) {
            scripts.add("the installation printed on the console: " + serial.lines());
        }
        var checks = offline.result(steps.get("checks").lines()).checks();
        var faults = new ArrayList<>(steps.get("planting").lines());
        var found = offline.result(steps.get("faults").lines()).checks();
        for (var fault : planted) {
            var detail = failures(found, check -> check.id().equals(fault.check()));
            if (detail.stream().noneMatch(text -> text.contains(fault.says()))) {
                faults.add(fault.check() + " does not name " + fault.says() + ": " + detail);
            }
        }
        return new ReleaseResult(scripts, failures(checks, check -> true), faults);
    }

    private static List<String> failed(Map<String, ReleaseRun.Step> steps) {
        return steps.entrySet().stream()
                .filter(step -> step.getValue().exitCode() != 0)
                .map(step -> step.getKey() + " ended with " + step.getValue().exitCode() + ":\n"
                        + String.join("\n", step.getValue().lines()))
                .collect(Collectors.toCollection(ArrayList::new));
    }

    private static List<String> failures(List<CheckResult> checks, Predicate<CheckResult> which) {
        return checks.stream()
                .filter(check -> check.status() == Status.FAILED)
                .filter(which)
                .map(check -> check.id() + ": " + check.detail())
                .toList();
    }

    List<String> problems() {
        var all = new ArrayList<>(scripts);
        all.addAll(checks);
        all.addAll(faults);
        return all;
    }
}
