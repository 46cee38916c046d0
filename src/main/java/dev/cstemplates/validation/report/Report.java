/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.validation.report;

import dev.cstemplates.core.CheckResult;
import dev.cstemplates.core.CheckResult.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The result of a validation.
 *
 * @param subject what was validated: an artifact or a file
 * @param groups the checks, in their order
 * @param facts measured values by name, in the order of measurement, for example {@code timeToSsh}
 * @param attachments screenshots and logs
 */
public record Report(
        String subject,
        Instant startedAt,
        Duration elapsed,
        List<CheckGroup> groups,
        Map<String, String> facts,
        List<Attachment> attachments) {

    public Report {
        groups = List.copyOf(groups);
        facts = Collections.unmodifiableMap(new LinkedHashMap<>(facts));
        attachments = List.copyOf(attachments);
    }

    /** The results of all groups. */
    public List<CheckResult> checks() {
        return groups.stream().flatMap(group -> group.results().stream()).toList();
    }

    public int count(Status status) {
        return (int) checks().stream().filter(check -> check.status() == status).count();
    }

    /** Whether there were checks, and none failed. */
    public boolean passed() {
        return !checks().isEmpty() && CheckResult.noneFailed(checks());
    }
}
