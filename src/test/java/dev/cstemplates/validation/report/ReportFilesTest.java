package dev.cstemplates.validation.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cstemplates.core.CheckResult;
import dev.cstemplates.core.CheckResult.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import tools.jackson.databind.json.JsonMapper;

final class ReportFilesTest {

    private static final String HOSTILE =
            "<script>alert('1')</script> \" onload=x & ]]> ${7*7} \u0000\u0001\u001b[31mred\u001b[0m \ud800 \ufffe";

    @TempDir
    private Path folder;

    @Test
    void jsonContainsTheWholeReport() throws IOException {
        write(report());
        var json = new JsonMapper().readTree(Files.readString(folder.resolve("report.json")));
        assertThat(json.path("schemaVersion").asInt()).isEqualTo(1);
        assertThat(json.path("passed").asBoolean()).isFalse();
        assertThat(json.path("counts").path("fail").asInt()).isEqualTo(1);
        assertThat(json.path("elapsedSeconds").asDouble()).isEqualTo(75.5);
        assertThat(json.path("checks")).hasSize(4);
        assertThat(json.path("checks").path(1).path("id").asString()).isEqualTo("boot.ssh-key");
        assertThat(json.path("checks").path(1).path("status").asString()).isEqualTo("fail");
        assertThat(json.path("facts").path("timeToSsh").asString()).isEqualTo("41 s");
        assertThat(json.path("attachments").path(0).path("file").asString()).isEqualTo("serial.log");
    }

    @Test
    void junitHasOneSuitePerGroup() throws Exception {
        write(report());
        var root = junit().getDocumentElement();
        assertThat(root.getAttribute("tests")).isEqualTo("4");
        assertThat(root.getAttribute("failures")).isEqualTo("1");
        assertThat(root.getAttribute("skipped")).isEqualTo("1");
        assertThat(root.getElementsByTagName("testsuite").getLength()).isEqualTo(2);
        var failure = (Element) root.getElementsByTagName("failure").item(0);
        assertThat(failure.getAttribute("message")).isEqualTo("the key was not there");
        assertThat(failure.getTextContent()).isEqualTo("the key was not there\nsecond line");
        assertThat(((Element) failure.getParentNode()).getAttribute("name")).isEqualTo("The SSH key works");
        assertThat(root.getElementsByTagName("system-out").item(0).getTextContent())
                .isEqualTo("warning: an odd file");
    }

    @Test
    void escapesHostileTextOfGuests() throws Exception {
        var log = Files.writeString(folder.resolve("serial.log"), HOSTILE.replace("\ud800", ""));
        write(new Report(
                HOSTILE,
                Instant.EPOCH,
                Duration.ZERO,
                List.of(new CheckGroup(HOSTILE, List.of(new CheckResult(HOSTILE, HOSTILE, Status.FAILED, HOSTILE)))),
                Map.of(HOSTILE, HOSTILE),
                List.of(new Attachment(HOSTILE, "text/plain", log))));
        var html = Files.readString(folder.resolve("report.html"));
        assertThat(html)
                .doesNotContain("<script", "\" onload", "\u0000", "\u001b", "49")
                .contains("&lt;script&gt;");
        var failure = junit().getElementsByTagName("failure").item(0);
        assertThat(failure.getTextContent()).contains("<script>", "]]>").doesNotContain("\u001b");
        var json = new JsonMapper().readTree(Files.readString(folder.resolve("report.json")));
        assertThat(json.path("checks").path(0).path("title").asString()).contains("<script>", "\u0000");
    }

    @Test
    void htmlShowsFailuresFirstAndIsSelfContained() throws IOException {
        var picture = Files.write(folder.resolve("screen.png"), new byte[] {1, 2, 3});
        write(report(new Attachment("Screen", "image/png", picture)));
        var html = Files.readString(folder.resolve("report.html"));
        assertThat(html.indexOf("The SSH key works")).isLessThan(html.indexOf("The header is sound"));
        assertThat(html)
                .contains(
                        "Not fit for use", "data:image/png;base64,AQID", "Time to SSH", "1</b>warning<", "1 min 15 s");
        assertThat(html).doesNotContain("http://", "https://", "<link", "<script");
    }

    @Test
    void htmlShowsTheEndOfALongLogAndMentionsMissingFiles() throws IOException {
        var log = Files.writeString(folder.resolve("long.log"), "first line\n" + "line\n".repeat(60_000) + "last line");
        write(report(
                new Attachment("Serial log", "text/plain", log),
                new Attachment("Router", "text/plain", folder.resolve("none.log")),
                new Attachment("Drawing", "image/svg+xml", Files.writeString(folder.resolve("a.svg"), "<svg/>"))));
        var html = Files.readString(folder.resolve("report.html"));
        assertThat(html)
                .contains("last line", "Cannot read the file", "&lt;svg/&gt;")
                .doesNotContain("first line");
        assertThat(html.length()).isLessThan(200_000);
    }

    @Test
    void emptyValidationIsNotFit() throws IOException {
        write(new Report("nothing", Instant.EPOCH, Duration.ZERO, List.of(), Map.of(), List.of()));
        assertThat(Files.readString(folder.resolve("report.html"))).contains("Nothing was checked");
        assertThat(Files.readString(folder.resolve("report.json"))).contains("\"passed\" : false");
    }

    @Test
    void leavesNoTemporaryFile() throws IOException {
        write(report());
        try (var files = Files.list(folder)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder("report.json", "junit.xml", "report.html");
        }
    }

    private void write(Report report) {
        new ReportFiles().write(report, folder);
    }

    private Document junit() throws Exception {
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(folder.resolve("junit.xml").toFile());
    }

    private Report report(Attachment... attachments) {
        var facts = new LinkedHashMap<String, String>();
        facts.put("virtualSize", "4 GiB");
        facts.put("timeToSsh", "41 s");
        return new Report(
                "debian-12.qcow2",
                Instant.parse("2026-11-22T10:00:00Z"),
                Duration.ofMillis(75_500),
                List.of(
                        new CheckGroup(
                                "format",
                                List.of(new CheckResult("format.header", "The header is sound", Status.PASSED, ""))),
                        new CheckGroup(
                                "boot",
                                List.of(
                                        new CheckResult(
                                                "boot.ssh-key",
                                                "The SSH key works",
                                                Status.FAILED,
                                                "the key was not there\nsecond line"),
                                        new CheckResult(
                                                "boot.setuid", "Known setuid files", Status.WARNING, "an odd file"),
                                        new CheckResult(
                                                "boot.reset",
                                                "The password is reset",
                                                Status.SKIPPED,
                                                "one boot only")))),
                facts,
                attachments.length == 0
                        ? List.of(new Attachment("Serial log", "text/plain", folder.resolve("serial.log")))
                        : List.of(attachments));
    }
}
