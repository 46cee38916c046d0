/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.validation.report;

import dev.cstemplates.core.CheckResult;
import dev.cstemplates.core.CheckResult.Status;
import dev.cstemplates.core.XmlWriter;
import java.util.List;
import java.util.Locale;

/** A report for CI systems, in JUnit's XML: one suite per group, one case per check. A warning is a passed case with output. */
final class JunitReport {

    String render(Report report) {
        var xml = new XmlWriter();
        xml.begin(
                "testsuites",
                "name",
                report.subject(),
                "tests",
                Integer.toString(report.checks().size()),
                "failures",
                count(report.checks(), Status.FAILED),
                "errors",
                "0",
                "skipped",
                count(report.checks(), Status.SKIPPED),
                "time",
                seconds(report));
        for (var group : report.groups()) {
            xml.begin(
                    "testsuite",
                    "name",
                    group.name(),
                    "tests",
                    Integer.toString(group.results().size()),
                    "failures",
                    count(group.results(), Status.FAILED),
                    "errors",
                    "0",
                    "skipped",
                    count(group.results(), Status.SKIPPED),
                    "timestamp",
                    report.startedAt().toString(),
                    "time",
                    "0");
            group.results().forEach(check -> testCase(xml, group.name(), check));
            xml.end();
        }
        return xml.document();
    }

    private static void testCase(XmlWriter xml, String group, CheckResult check) {
        xml.begin("testcase", "classname", group + "." + check.id(), "name", check.title(), "time", "0");
        switch (check.status()) {
            case PASSED -> {}
            case FAILED ->
                xml.leaf("failure", check.detail(), "message", firstLine(check.detail()), "type", check.id());
            case SKIPPED -> xml.empty("skipped", "message", check.detail());
            case WARNING -> xml.leaf("system-out", "warning: " + check.detail());
        }
        xml.end();
    }

    private static String count(List<CheckResult> checks, Status status) {
        return Long.toString(
                checks.stream().filter(check -> check.status() == status).count());
    }

    private static String seconds(Report report) {
        return String.format(Locale.ROOT, "%.3f", report.elapsed().toMillis() / 1000.0);
    }

    private static String firstLine(String text) {
        return text.lines().findFirst().orElse("");
    }
}
