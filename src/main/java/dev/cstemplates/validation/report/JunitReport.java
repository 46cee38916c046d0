package dev.cstemplates.validation.report;

import dev.cstemplates.core.CheckResult;
import dev.cstemplates.core.CheckResult.Status;
import java.io.StringWriter;
import java.util.List;
import java.util.Locale;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/** A report for CI systems, in JUnit's XML: one suite per group, one case per check. A warning is a passed case with output. */
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
            for (var group : report.groups()) {
                suite(xml, group, report);
            }
            xml.writeEndElement();
            xml.writeEndDocument();
            xml.close();
        } catch (XMLStreamException e) {
            throw new IllegalStateException("Cannot write XML to memory", e);
        }
        return text + "\n";
    }

    private static void suite(XMLStreamWriter xml, CheckGroup group, Report report) throws XMLStreamException {
        xml.writeStartElement("testsuite");
        attribute(xml, "name", group.name());
        counts(xml, group.results());
        attribute(xml, "timestamp", report.startedAt().toString());
        attribute(xml, "time", "0");
        for (var check : group.results()) {
            testCase(xml, group.name(), check);
        }
        xml.writeEndElement();
    }

    private static void testCase(XMLStreamWriter xml, String group, CheckResult check) throws XMLStreamException {
        xml.writeStartElement("testcase");
        attribute(xml, "classname", group + "." + check.id());
        attribute(xml, "name", check.title());
        attribute(xml, "time", "0");
        switch (check.status()) {
            case PASSED -> {}
            case FAILED -> {
                xml.writeStartElement("failure");
                attribute(xml, "message", firstLine(check.detail()));
                attribute(xml, "type", check.id());
                xml.writeCharacters(TextSanitizer.clean(check.detail()));
                xml.writeEndElement();
            }
            case SKIPPED -> {
                xml.writeStartElement("skipped");
                attribute(xml, "message", check.detail());
                xml.writeEndElement();
            }
            case WARNING -> {
                xml.writeStartElement("system-out");
                xml.writeCharacters(TextSanitizer.clean("warning: " + check.detail()));
                xml.writeEndElement();
            }
        }
        xml.writeEndElement();
    }

    private static void counts(XMLStreamWriter xml, List<CheckResult> checks) throws XMLStreamException {
        attribute(xml, "tests", Integer.toString(checks.size()));
        attribute(xml, "failures", count(checks, Status.FAILED));
        attribute(xml, "errors", "0");
        attribute(xml, "skipped", count(checks, Status.SKIPPED));
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

    private static void attribute(XMLStreamWriter xml, String name, String value) throws XMLStreamException {
        xml.writeAttribute(name, TextSanitizer.clean(value));
    }
}
