/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InheritanceTest {

    @TempDir
    Path folder;

    private Shelf shelf;

    @BeforeEach
    void writeABase() throws IOException {
        shelf = Shelf.in(folder).put("plain/base", "abstract: true\n" + Shelf.COMPLETE);
    }

    @Test
    void mapsAreMergedAndEverythingElseIsReplaced() throws IOException {
        shelf.put("plain/2", """
            extends: plain/base
            id: plain-2
            release: "2"
            machine:
              disk: 8GiB
            packages: [wget]
            """);
        var definition = shelf.catalog().definition("plain-2");
        assertThat(definition.machine().disk()).hasToString("8 GiB");
        assertThat(definition.machine().cpus()).isEqualTo(2);
        assertThat(definition.packages()).containsExactly("wget");
    }

    @Test
    void nullRemovesAValueOfTheBase() throws IOException {
        shelf.put("plain/2", "extends: plain/base\nid: plain-2\nrelease: '2'\ntitle: null\n");
        assertThat(problems()).containsExactly("templates/plain/2.yaml:1:1: the key 'title' is missing");
    }

    @Test
    void aChainMayBeLongAndListsItsFiles() throws IOException {
        shelf.put("plain/2", "extends: plain/base\nid: plain-2\nrelease: '2'\n")
                .put(
                        "plain/2-large",
                        "extends: plain/2\nid: plain-2-large\nrelease: 2-large\nmachine: {disk: 80GiB}\n");
        assertThat(shelf.catalog().definitions())
                .extracting(Definition::id)
                .containsExactly("plain-2", "plain-2-large");
        assertThat(shelf.catalog().entry("plain-2-large").files())
                .containsExactly("templates/plain/2-large.yaml", "templates/plain/2.yaml", "templates/plain/base.yaml");
    }

    @Test
    void aViolationIsReportedInItsFileOfTheChain() throws IOException {
        shelf.put("plain/base", "abstract: true\n" + Shelf.COMPLETE.replace("disk: 4GiB", "disk: big"))
                .put("plain/2", "extends: plain/base\nid: plain-2\nrelease: '2'\nmachine:\n  cpus: -1\n");
        assertThat(problems())
                .satisfiesExactly(
                        own -> assertThat(own)
                                .startsWith("templates/plain/2.yaml:5:9: machine.cpus: expected 1 or more"),
                        base -> assertThat(base).startsWith("templates/plain/base.yaml:13:9: machine.disk: "));
    }

    @Test
    void anAbstractFileMayBeIncompleteButNotInvalid() throws IOException {
        shelf.put("other/base", "abstract: true\nfamily: other\npackages: none\n");
        assertThat(problems())
                .containsExactly("templates/other/base.yaml:3:11: packages: expected a list, found 'none'");
        assertThat(shelf.catalog().definitions()).isEmpty();
    }

    @Test
    void extendedFilesMustExistBelowTheTemplates() throws IOException {
        Files.writeString(folder.resolve("outside.yaml"), "abstract: true\n" + Shelf.COMPLETE);
        assertThat(problemWith("extends: plain/bsae\n"))
                .isEqualTo("templates/plain/2.yaml:1:10: extends: there is no file templates/plain/bsae.yaml; did you"
                        + " mean 'plain/base'?");
        assertThat(problemWith("extends: ../outside\n")).contains("there is no file templates/../outside.yaml");
        assertThat(problemWith("extends: " + folder + "/outside\n")).contains("there is no file");
        assertThat(problemWith("extends: [plain/base]\n")).contains("expected the name of one file");
        assertThat(problemWith("abstract: perhaps\n")).contains("expected true or false");
    }

    @Test
    void aLinkOutOfTheTemplatesIsNotFollowed() throws IOException {
        var outside = Files.writeString(folder.resolve("outside.yaml"), Shelf.COMPLETE);
        Files.createSymbolicLink(folder.resolve("templates/plain/1.yaml"), outside);
        assertThat(problems()).singleElement().asString().contains("a symbolic link to a target outside templates/");
    }

    @Test
    void aCycleIsDetected() throws IOException {
        shelf.put("plain/2", "extends: plain/3\n")
                .put("plain/3", "extends: plain/2\n")
                .put("plain/4", "extends: plain/4\n");
        assertThat(problems())
                .containsExactly(
                        "templates/plain/2.yaml:1:10: extends: circular 'extends': plain/3 -> plain/2 -> plain/3",
                        "templates/plain/3.yaml:1:10: extends: circular 'extends': plain/2 -> plain/3 -> plain/2",
                        "templates/plain/4.yaml:1:10: extends: circular 'extends': plain/4 -> plain/4");
    }

    private String problemWith(String yaml) throws IOException {
        shelf.put("plain/2", yaml);
        assertThat(problems()).hasSize(1);
        return problems().getFirst();
    }

    private List<String> problems() {
        return shelf.catalog().problems().stream().map(Problem::toString).toList();
    }
}
