/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.validation.boot;

import dev.cstemplates.core.CheckResult;
import dev.cstemplates.validation.report.Attachment;
import dev.cstemplates.validation.report.CheckGroup;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The results of the boots.
 *
 * @param facts times are in seconds
 * @param attachments files in the request's work directory
 */
public record BootResult(List<CheckGroup> groups, Map<String, String> facts, List<Attachment> attachments) {

    public BootResult {
        groups = List.copyOf(groups);
        facts = Collections.unmodifiableMap(new LinkedHashMap<>(facts));
        attachments = List.copyOf(attachments);
    }

    /** The results of all boots. */
    public List<CheckResult> checks() {
        return groups.stream().flatMap(group -> group.results().stream()).toList();
    }
}
