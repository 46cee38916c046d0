package dev.cstemplates.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cstemplates.core.CheckResult;
import dev.cstemplates.host.process.Processes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScriptsCheckTest {

    private static final String GOOD = "#!/bin/bash\nset -euo pipefail\necho fine\n";

    @TempDir
    Path folder;

    private Shelf shelf;

    @BeforeEach
    void writeScripts() throws IOException {
        shelf = Shelf.in(folder)
                .put("plain/1", Shelf.COMPLETE)
                .putFile("scripts/preparation/apt/10-one.sh", GOOD)
                .putFile("scripts/cleanup/apt/10-one.sh", GOOD)
                .putFile("scripts/builders/bootstrap-apt.sh", GOOD);
    }

    @Test
    void missingScriptIsAnError() throws IOException {
        Files.delete(folder.resolve("scripts/builders/bootstrap-apt.sh"));
        Files.delete(folder.resolve("scripts/cleanup/apt/10-one.sh"));
        assertThat(findings("no-such-shellcheck"))
                .contains(
                        new CheckResult(
                                "scripts",
                                "scripts/cleanup/apt",
                                CheckResult.Status.FAILED,
                                "there are no scripts for the package family apt"),
                        new CheckResult(
                                "scripts",
                                "scripts/builders/bootstrap-apt.sh",
                                CheckResult.Status.FAILED,
                                "the script that creates the first disk is missing"));
    }

    @Test
    void withoutShellcheckLintingIsSkipped() {
        assertThat(findings("no-such-shellcheck")).singleElement().satisfies(finding -> {
            assertThat(finding.status()).isEqualTo(CheckResult.Status.SKIPPED);
            assertThat(finding.detail()).contains("install the package 'shellcheck'");
        });
    }

    @Test
    @Tag("real-tools")
    void shellcheckLintsEveryScript() throws IOException {
        assertThat(findings("shellcheck")).isEmpty();
        shelf.putFile("scripts/preparation/apt/20-two.sh", "#!/bin/bash\nrm -rf $1/x\n");
        assertThat(findings("shellcheck")).singleElement().satisfies(finding -> {
            assertThat(finding.status()).isEqualTo(CheckResult.Status.FAILED);
            assertThat(finding.title()).startsWith("scripts/preparation/apt/20-two.sh:2:");
            assertThat(finding.detail()).contains("SC2086");
        });
    }

    /**
     * What stops reading early kills what feeds it, now and then: under {@code pipefail} the pipe then fails although what was looked
     * for was found. {@code grep -q … < <(…)} and {@code sed -n 1p} are right.
     */
    @Test
    void noScriptClosesAPipeEarly() throws IOException {
        var early = Pattern.compile("(?<!\\|)\\|\\s*(grep\\s+(-\\w+\\s+)*-\\w*q|head\\b)");
        // In a shell without pipefail, and four bytes come in one piece.
        var harmless = "head -c 4 \\$disk | grep -q ELF";
        try (var files = Files.walk(Path.of("scripts"))) {
            assertThat(files.filter(Files::isRegularFile))
                    .isNotEmpty()
                    .allSatisfy(script -> assertThat(Files.readAllLines(script))
                            .filteredOn(line -> !line.contains(harmless))
                            .noneMatch(line -> early.matcher(line).find()));
        }
    }

    private List<CheckResult> findings(String shellcheck) {
        try (var processes = new Processes()) {
            return new ScriptsCheck(shelf.installation(), processes, shellcheck)
                    .inspect(shelf.catalog().definitions());
        }
    }
}
