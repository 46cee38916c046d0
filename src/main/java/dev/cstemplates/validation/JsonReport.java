package dev.cstemplates.validation;

import java.util.Locale;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** A report for programs. A change of its shape that breaks readers raises {@code schemaVersion}. */
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
            counts.put(
                    name(status),
                    report.checks().stream()
                            .filter(check -> check.status() == status)
                            .count());
        }
        var checks = root.putArray("checks");
        for (var check : report.checks()) {
            checks.addObject()
                    .put("id", check.id())
                    .put("title", check.title())
                    .put("group", check.group())
                    .put("status", name(check.status()))
                    .put("detail", check.detail());
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

    private static String name(Status status) {
        return status.name().toLowerCase(Locale.ROOT);
    }
}
