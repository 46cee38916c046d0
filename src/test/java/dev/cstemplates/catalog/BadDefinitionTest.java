/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cstemplates.core.Failure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Messages about invalid definitions: file, line, path in the document, expected and actual value. */
class BadDefinitionTest {

    @TempDir
    Path folder;

    private Shelf shelf;

    @BeforeEach
    void writeAValidDefinition() throws IOException {
        shelf = Shelf.in(folder).put("good/1", changed("plain", "good"));
    }

    @Test
    void invalidYamlIsReportedWithLineAndColumn() throws IOException {
        assertThat(problemsOf("id: x\nmachine:\n\tcpus: 2\n"))
                .singleElement()
                .asString()
                .startsWith("templates/bad/1.yaml:3:1: broken YAML: ")
                .contains("TAB");
        assertThat(problemsOf("packages: [a, b\nid: x\n"))
                .singleElement()
                .asString()
                .contains("1.yaml:2:3: broken YAML");
        assertThat(problemsOf("id: a\nti\u0001tle: x\n"))
                .containsExactly("templates/bad/1.yaml:2:3: broken YAML: the character U+0001 is not allowed");
    }

    @Test
    void anUnknownKeyIsReportedWithASuggestion() throws IOException {
        assertThat(problemsOf(changed("  memory:", "  memroy:")))
                .containsExactly(
                        "templates/bad/1.yaml:9:1: machine: the key 'memory' is missing",
                        "templates/bad/1.yaml:11:3: machine: unknown key 'memroy'; did you mean 'memory'?");
        assertThat(problemsOf(Shelf.COMPLETE + "colour: red\n"))
                .singleElement()
                .asString()
                .contains(":34:1: unknown key 'colour'; expected one of extends, abstract, id,");
    }

    @Test
    void allViolationsOfAFileAreReportedAtOnce() throws IOException {
        var yaml = Shelf.COMPLETE
                .replace("cpus: 2", "cpus: two")
                .replace("packageFamily: apt", "packageFamily: atp")
                .replace("release: \"1\"", "release: 1")
                .replace("disk: 4GiB", "disk: 4GB")
                .replace("eol: 2030-01-31", "eol: 2030-02-31")
                .replace("packages: [cloud-init]", "packages: []")
                .replace("defaultUser: plain", "defaultUser: root")
                .replace("emulationFactor: 10", "emulationFactor: 0")
                .replace("suites: []", "suites: one")
                .replace("mirror: http://mirror.example/plain", "mirror: \"http://m.example/$(reboot)\"");
        assertThat(problemsOf(yaml))
                .containsExactly(
                        "templates/bad/1.yaml:4:10: release: expected text, found the number 1 (put it in quotes)",
                        "templates/bad/1.yaml:5:6: eol: expected a date, for example 2028-06-30, found '2030-02-31'",
                        "templates/bad/1.yaml:6:16: packageFamily: expected one of apt, dnf, zypper, found 'atp'; did"
                                + " you mean 'apt'?",
                        "templates/bad/1.yaml:10:9: machine.cpus: expected a whole number, found 'two'",
                        "templates/bad/1.yaml:12:9: machine.disk: expected the form ^[1-9][0-9]{0,5}(MiB|GiB)$, for"
                                + " example 4GiB, found '4GB'",
                        "templates/bad/1.yaml:15:11: bootstrap.mirror: expected the form"
                                + " ^https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?(/[A-Za-z0-9._~%+-]+)*/?$, for example"
                                + " http://mirror.example.org/debian, found 'http://m.example/$(reboot)'",
                        "templates/bad/1.yaml:16:11: bootstrap.suites: expected a list, found 'one'",
                        "templates/bad/1.yaml:20:1: packages: must not be empty",
                        "templates/bad/1.yaml:22:16: guest.defaultUser: 'root' is not allowed here",
                        "templates/bad/1.yaml:26:52: limits.emulationFactor: expected 1 or more, found the number 0");
    }

    @Test
    void missingKeysAreReported() throws IOException {
        assertThat(problemsOf(changed("title: Plain 1\n", "")))
                .containsExactly("templates/bad/1.yaml:1:1: the key 'title' is missing");
        assertThat(problemsOf(changed("  suites: []\n", "  suites: []\n  securitySuite: one-security\n")))
                .singleElement()
                .asString()
                .contains("bootstrap: the key 'securityMirror' is missing; 'securitySuite' requires it");
        assertThat(problemsOf(Shelf.COMPLETE.replaceAll("(?s)bootstrap:.*packages:", "packages:")))
                .singleElement()
                .asString()
                .contains("there is no source for the first disk: add 'bootstrap'");
    }

    @Test
    void aListItemIsReportedWithItsPosition() throws IOException {
        assertThat(problemsOf(changed("packages: [cloud-init]", "packages:\n  - fine\n  - rm -rf /\n")))
                .singleElement()
                .asString()
                .startsWith("templates/bad/1.yaml:22:5: packages[1]: expected the form ")
                .endsWith("found 'rm -rf /'");
    }

    @Test
    void aProcessorOfAnotherArchitectureIsRefused() throws IOException {
        assertThat(problemsOf(changed("cpu: x86-64-v1", "cpu: armv8-a")))
                .containsExactly("templates/bad/1.yaml:8:17: architectures.x86_64.cpu: expected the form"
                        + " ^x86-64-v[1-4]$, for example x86-64-v1, found 'armv8-a'");
    }

    @Test
    void aLineBreakInATextIsRefused() throws IOException {
        assertThat(problemsOf(changed("packages: [cloud-init]", "packages: [\"cloud-init\\n\"]")))
                .containsExactly(
                        "templates/bad/1.yaml:20:12: packages[0]: the text contains a line break or another control"
                                + " character");
    }

    @Test
    void aDuplicateKeyIsRefused() throws IOException {
        assertThat(problemsOf(changed("  disk: 4GiB", "  disk: 4GiB\n  cpus: 4")))
                .containsExactly("templates/bad/1.yaml:13:3: machine: duplicate key 'cpus', first used in line 10");
    }

    @Test
    void aliasesTagsAndHugeFilesAreRefused() throws IOException {
        var bomb = new StringBuilder("a: &a [x, x, x, x, x, x, x, x, x]\n");
        for (var letter = 'b'; letter < 'k'; letter++) {
            var before = "*" + (char) (letter - 1);
            bomb.append(letter).append(": &").append(letter).append(" [");
            bomb.append(String.join(", ", List.of(before, before, before, before, before)))
                    .append("]\n");
        }
        assertThat(problemsOf(bomb.toString())).singleElement().asString().contains("aliases (*a) are not allowed");
        assertThat(problemsOf("a: &a\n  b: *a\n")).singleElement().asString().contains(":2:6: aliases");
        assertThat(problemsOf("a: " + "[".repeat(50_000)))
                .singleElement()
                .asString()
                .contains("nested deeper than 20");
        assertThat(problemsOf("# " + "x".repeat(300_000)))
                .singleElement()
                .asString()
                .contains("larger than 256 KiB");
        assertThat(problemsOf("a: !!java.net.URL http://x\n"))
                .singleElement()
                .asString()
                .contains("tags (");
        assertThat(problemsOf("a: 1\n---\na: 2\n")).singleElement().asString().contains("a second document");
        assertThat(problemsOf("? [a, b]\n: c\n")).singleElement().asString().contains("keys must be text");
        assertThat(problemsOf("")).singleElement().asString().contains("is not a map");
        assertThat(problemsOf("- a\n")).singleElement().asString().contains("is not a map");
        assertThat(problemsOf("id: 123456789012345678901234567890\n")).isNotEmpty();
    }

    @Test
    void aFileThatIsNotTextIsRefused() throws IOException {
        Files.write(folder.resolve("templates/x.yaml"), "title: Gr\u00fcn".getBytes(StandardCharsets.ISO_8859_1));
        assertThat(shelf.catalog().problems()).singleElement().asString().contains("not UTF-8 text");
    }

    @Test
    void theIdMustMatchFamilyAndRelease() throws IOException {
        assertThat(problemsOf(changed("id: plain-1", "id: plain-2")))
                .containsExactly("templates/bad/1.yaml:1:5: id: expected <family>-<release>, which is 'plain-1', found"
                        + " 'plain-2'");
    }

    @Test
    void ofTwoDefinitionsWithTheSameIdNeitherIsUsable() throws IOException {
        shelf.put("one", Shelf.COMPLETE).put("two", Shelf.COMPLETE);
        assertThat(shelf.catalog().problems())
                .singleElement()
                .hasToString("templates/two.yaml:1:5: id: the id 'plain-1' is already used by templates/one.yaml");
        assertThatThrownBy(() -> shelf.catalog().definition("plain-1")).hasMessageContaining("templates/one.yaml");
    }

    @Test
    void anInvalidFileDoesNotHideOthers() throws IOException {
        problemsOf("id: [");
        assertThat(shelf.catalog().definitions()).extracting(Definition::id).containsExactly("good-1");
    }

    @Test
    void anInvalidDefinitionIsRequestedWithItsProblems() throws IOException {
        problemsOf(changed("disk: 4GiB", "disk: big").replace("plain", "bad"));
        assertThatThrownBy(() -> shelf.catalog().definition("bad-1")).isInstanceOfSatisfying(Failure.class, failure -> {
            assertThat(failure.kind()).isEqualTo(Failure.Kind.USAGE);
            assertThat(failure.message()).contains("Invalid definition", "templates/bad/1.yaml:12:9: machine.disk");
            assertThat(failure.remedy()).contains("cst check bad-1");
        });
    }

    @Test
    void anUnknownDefinitionIsReportedWithASuggestion() {
        assertThatThrownBy(() -> shelf.catalog().definition("godo-1"))
                .isInstanceOfSatisfying(Failure.class, failure -> {
                    assertThat(failure.kind()).isEqualTo(Failure.Kind.USAGE);
                    assertThat(failure.message()).contains("did you mean 'good-1'?");
                    assertThat(failure.remedy()).contains("cst list");
                });
        assertThatThrownBy(() -> shelf.catalog().definition("windows-95"))
                .hasMessage("There is no definition 'windows-95'");
    }

    private static String changed(String from, String to) {
        assertThat(Shelf.COMPLETE).contains(from);
        return Shelf.COMPLETE.replace(from, to);
    }

    private List<String> problemsOf(String yaml) throws IOException {
        shelf.put("bad/1", yaml);
        return shelf.catalog().problems().stream().map(Problem::toString).toList();
    }
}
