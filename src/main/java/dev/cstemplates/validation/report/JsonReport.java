/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.validation.report;

import dev.cstemplates.core.CheckResult.Status;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** A report for programs. A breaking change of its shape increments {@code schemaVersion}. */
final class JsonReport {

    private static final int SCHEMA_VERSION = 1;
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    String render(Report report) {
        var root = JSON.createObjectNode();
        root.put("schemaVersion", SCHEMA_VERSION);
        root.put("subject", report.subject());
        root.put("passed", report.passed());
        root.put("startedAt", report.startedAt().toString());
        root.put("elapsedSeconds", report.elapsed().toMillis() / 1000.0);
        var counts = root.putObject("counts");
        for (var status : Status.values()) {
            counts.put(status.id(), report.count(status));
        }
        var checks = root.putArray("checks");
        for (var group : report.groups()) {
            for (var check : group.results()) {
                checks.addObject()
                        .put("id", check.id())
                        .put("title", check.title())
                        .put("group", group.name())
                        .put("status", check.status().id())
                        .put("detail", check.detail());
            }
        }
        var facts = root.putObject("facts");
        report.facts().forEach(facts::put);
        var attachments = root.putArray("attachments");
        for (var attachment : report.attachments()) {
            attachments
                    .addObject()
                    .put("name", attachment.name())
                    .put("mediaType", attachment.mediaType())
                    .put("file", String.valueOf(attachment.file().getFileName()));
        }
        return JSON.writeValueAsString(root) + "\n";
    }
}
