package dev.cstemplates.validation;

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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A report for people: one HTML page that needs no other file and runs no script. The template gets strings, numbers, lists
 * and maps only, and escapes every one of them.
 */
final class HtmlReport {

    private static final List<Status> WORST_FIRST = List.of(Status.FAIL, Status.WARN, Status.SKIP, Status.PASS);
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("d MMM uuuu, HH:mm 'UTC'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    private final Configuration freemarker = configuration();

    String render(Report report) {
        var text = new StringWriter();
        try {
            freemarker.getTemplate("report.ftlh").process(model(report), text);
        } catch (IOException | TemplateException e) {
            throw new IllegalStateException("The report's own template is at fault", e);
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
                Map.entry("failures", checks(report.checks(), List.of(Status.FAIL))),
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
                        "name", words(TextSanitizer.clean(fact.getKey())), "value", withUnit(fact)))
                .toList();
    }

    /** Times are plain seconds in the model, for programs. */
    private static String withUnit(Map.Entry<String, String> fact) {
        return TextSanitizer.clean(fact.getValue()) + (fact.getKey().startsWith("timeTo") ? " s" : "");
    }

    private static List<Map<String, Object>> groups(Report report) {
        return report.checks().stream()
                .collect(Collectors.groupingBy(Check::group, LinkedHashMap::new, Collectors.toList()))
                .entrySet()
                .stream()
                .map(group -> Map.<String, Object>of(
                        "name",
                        TextSanitizer.clean(group.getKey()),
                        "counts",
                        counts(group.getValue().stream(), WORST_FIRST),
                        "checks",
                        checks(group.getValue(), WORST_FIRST)))
                .toList();
    }

    private static List<Map<String, Object>> counts(Stream<Check> checks, List<Status> order) {
        var byStatus = checks.collect(Collectors.groupingBy(Check::status, Collectors.counting()));
        return order.stream()
                .map(status -> Map.<String, Object>of(
                        "status",
                        name(status),
                        "words",
                        words(status, byStatus.getOrDefault(status, 0L)),
                        "number",
                        byStatus.getOrDefault(status, 0L)))
                .toList();
    }

    private static List<Map<String, Object>> checks(List<Check> checks, List<Status> order) {
        return checks.stream()
                .filter(check -> order.contains(check.status()))
                .sorted(Comparator.comparingInt(check -> order.indexOf(check.status())))
                .map(check -> Map.<String, Object>of(
                        "id", TextSanitizer.clean(check.id()),
                        "title", TextSanitizer.clean(check.title()),
                        "group", TextSanitizer.clean(check.group()),
                        "status", name(check.status()),
                        "detail", TextSanitizer.plain(check.detail())))
                .toList();
    }

    private static String words(Status status, long number) {
        return switch (status) {
            case PASS -> "passed";
            case FAIL -> "failed";
            case WARN -> number == 1 ? "warning" : "warnings";
            case SKIP -> "skipped";
        };
    }

    private static String name(Status status) {
        return status.name().toLowerCase(Locale.ROOT);
    }

    /** {@code timeToSsh} as {@code Time to SSH}. */
    private static String words(String name) {
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
