/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.validation.report;

import dev.cstemplates.core.CheckResult;
import dev.cstemplates.core.CheckResult.Status;
import dev.cstemplates.core.Durations;
import freemarker.core.HTMLOutputFormat;
import freemarker.core.TemplateClassResolver;
import freemarker.template.Configuration;
import freemarker.template.TemplateException;
import freemarker.template.TemplateExceptionHandler;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A report for users: one self-contained HTML page without scripts. The template receives only strings, numbers, lists and maps, and
 * escapes all of them.
 */
final class HtmlReport {

    private static final List<Status> WORST_FIRST =
            List.of(Status.FAILED, Status.WARNING, Status.SKIPPED, Status.PASSED);
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("d MMM uuuu, HH:mm 'UTC'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    private final Configuration freemarker = configuration();

    String render(Report report) {
        var text = new StringWriter();
        try {
            freemarker.getTemplate("report.ftlh").process(model(report), text);
        } catch (IOException | TemplateException e) {
            throw new IllegalStateException("Invalid report template", e);
        }
        return text.toString();
    }

    private static Map<String, Object> model(Report report) {
        var attachments = report.attachments().stream().map(EmbeddedAttachment::of);
        return Map.ofEntries(
                Map.entry("subject", TextSanitizer.clean(report.subject())),
                Map.entry("verdict", verdict(report)),
                Map.entry("passed", report.passed()),
                Map.entry("startedAt", TIME.format(report.startedAt())),
                Map.entry("elapsed", Durations.format(report.elapsed())),
                Map.entry("counts", counts(report.checks().stream(), WORST_FIRST)),
                Map.entry("facts", facts(report)),
                Map.entry("failures", failures(report)),
                Map.entry("groups", groups(report)),
                Map.entry("attachments", attachments.toList()));
    }

    private static String verdict(Report report) {
        if (report.checks().isEmpty()) {
            return "Nothing was checked";
        }
        return report.passed() ? "Fit for use" : "Not fit for use";
    }

    private static List<Map<String, Object>> facts(Report report) {
        return report.facts().entrySet().stream()
                .map(fact -> Map.<String, Object>of(
                        "name", title(TextSanitizer.clean(fact.getKey())), "value", withUnit(fact)))
                .toList();
    }

    /** Times are plain seconds in the model. */
    private static String withUnit(Map.Entry<String, String> fact) {
        return TextSanitizer.clean(fact.getValue()) + (fact.getKey().startsWith("timeTo") ? " s" : "");
    }

    private static List<Map<String, Object>> groups(Report report) {
        return report.groups().stream()
                .map(group -> Map.<String, Object>of(
                        "name",
                        TextSanitizer.clean(group.name()),
                        "counts",
                        counts(group.results().stream(), WORST_FIRST),
                        "checks",
                        checks(group, WORST_FIRST)))
                .toList();
    }

    private static List<Map<String, Object>> counts(Stream<CheckResult> checks, List<Status> order) {
        var byStatus = checks.collect(Collectors.groupingBy(CheckResult::status, Collectors.counting()));
        return order.stream()
                .map(status -> Map.<String, Object>of(
                        "status",
                        status.id(),
                        "label",
                        label(status, byStatus.getOrDefault(status, 0L)),
                        "number",
                        byStatus.getOrDefault(status, 0L)))
                .toList();
    }

    private static List<Map<String, Object>> failures(Report report) {
        return report.groups().stream()
                .flatMap(group -> checks(group, List.of(Status.FAILED)).stream())
                .toList();
    }

    private static List<Map<String, Object>> checks(CheckGroup group, List<Status> order) {
        return group.results().stream()
                .filter(check -> order.contains(check.status()))
                .sorted(Comparator.comparingInt(check -> order.indexOf(check.status())))
                .map(check -> Map.<String, Object>of(
                        "id", TextSanitizer.clean(check.id()),
                        "title", TextSanitizer.clean(check.title()),
                        "group", TextSanitizer.clean(group.name()),
                        "status", check.status().id(),
                        "detail", TextSanitizer.plain(check.detail())))
                .toList();
    }

    private static String label(Status status, long number) {
        return switch (status) {
            case PASSED -> "passed";
            case FAILED -> "failed";
            case WARNING -> number == 1 ? "warning" : "warnings";
            case SKIPPED -> "skipped";
        };
    }

    /** {@code timeToSsh} as {@code Time to SSH}. */
    private static String title(String name) {
        var split = name.replaceAll("(?<=[a-z0-9])(?=[A-Z])", " ")
                .toLowerCase(Locale.ROOT)
                .replaceAll("\\bssh\\b", "SSH");
        return split.isEmpty() ? split : split.substring(0, 1).toUpperCase(Locale.ROOT) + split.substring(1);
    }

    private static Configuration configuration() {
        var configuration = new Configuration(Configuration.VERSION_2_3_34);
        configuration.setClassForTemplateLoading(HtmlReport.class, "");
        configuration.setDefaultEncoding(StandardCharsets.UTF_8.name());
        configuration.setOutputFormat(HTMLOutputFormat.INSTANCE);
        configuration.setLocale(Locale.ROOT);
        configuration.setTemplateExceptionHandler(TemplateExceptionHandler.RETHROW_HANDLER);
        configuration.setLogTemplateExceptions(false);
        configuration.setNewBuiltinClassResolver(TemplateClassResolver.ALLOWS_NOTHING_RESOLVER);
        return configuration;
    }
}
