package dev.cstemplates.validation;

import java.io.StringWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/** A report for CI systems, in JUnit's XML: one suite a group, one case a check. A warning is a case that passed and says so. */
final class JunitReport {

    String render(Report report) {
        var text = new StringWriter();
        try {
            var xml = XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(text);
            xml.writeStartDocument("UTF-8", "1.0");
            xml.writeStartElement("testsuites");
            attribute(xml, "name", report.subject());
            counts(xml, report.checks());
            attribute(xml, "time", seconds(report));
            for (var group : groups(report).entrySet()) {
                suite(xml, group.getKey(), group.getValue(), report);
            }
            xml.writeEndElement();
            xml.writeEndDocument();
            xml.close();
        } catch (XMLStreamException e) {
            throw new IllegalStateException("Writing XML into memory does not fail", e);
        }
        return text + "\n";
    }

    private static Map<String, List<Check>> groups(Report report) {
        return report.checks().stream()
                .collect(Collectors.groupingBy(Check::group, LinkedHashMap::new, Collectors.toList()));
    }

    private static void suite(XMLStreamWriter xml, String group, List<Check> checks, Report report)
            throws XMLStreamException {
        xml.writeStartElement("testsuite");
        attribute(xml, "name", group);
        counts(xml, checks);
        attribute(xml, "timestamp", report.startedAt().toString());
        attribute(xml, "time", "0");
        for (var check : checks) {
            testCase(xml, check);
        }
        xml.writeEndElement();
    }

    private static void testCase(XMLStreamWriter xml, Check check) throws XMLStreamException {
        xml.writeStartElement("testcase");
        attribute(xml, "classname", check.group() + "." + check.id());
        attribute(xml, "name", check.title());
        attribute(xml, "time", "0");
        switch (check.status()) {
            case PASS -> {}
            case FAIL -> {
                xml.writeStartElement("failure");
                attribute(xml, "message", firstLine(check.detail()));
                attribute(xml, "type", check.id());
                xml.writeCharacters(TextSanitizer.clean(check.detail()));
                xml.writeEndElement();
            }
            case SKIP -> {
                xml.writeStartElement("skipped");
                attribute(xml, "message", check.detail());
                xml.writeEndElement();
            }
            case WARN -> {
                xml.writeStartElement("system-out");
                xml.writeCharacters(TextSanitizer.clean("warning: " + check.detail()));
                xml.writeEndElement();
            }
        }
        xml.writeEndElement();
    }

    private static void counts(XMLStreamWriter xml, List<Check> checks) throws XMLStreamException {
        attribute(xml, "tests", Integer.toString(checks.size()));
        attribute(xml, "failures", count(checks, Status.FAIL));
        attribute(xml, "errors", "0");
        attribute(xml, "skipped", count(checks, Status.SKIP));
    }

    private static String count(List<Check> checks, Status status) {
        return Long.toString(
                checks.stream().filter(check -> check.status() == status).count());
    }

    private static String seconds(Report report) {
        return String.format(Locale.ROOT, "%.3f", report.elapsed().toMillis() / 1000.0);
    }

    private static String firstLine(String text) {
        return text.lines().findFirst().orElse("");
    }

    private static void attribute(XMLStreamWriter xml, String name, String value) throws XMLStreamException {
        xml.writeAttribute(name, TextSanitizer.clean(value));
    }
}
