/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.pipeline.project;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cstemplates.catalog.Shelf;
import dev.cstemplates.core.CheckResult;
import dev.cstemplates.core.CheckResult.Status;
import dev.cstemplates.host.Host;
import dev.cstemplates.host.process.Processes;
import dev.cstemplates.packer.ProjectRenderer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Answer files of a user's definition. */
class AnswersCheckTest {

    private static final String KICKSTART = "text\nrootpw --lock\n%packages\n@core\n%end\n%post\n[=finish]%end\n";

    @TempDir
    Path folder;

    private final Processes processes = new Processes();
    private Shelf shelf;

    @BeforeEach
    void writeADefinition() throws IOException {
        shelf = Shelf.in(folder)
                .put("plain/1", Shelf.WITH_ISO)
                .putFile("scripts/installation/apt.sh", "#!/bin/bash\necho done\n")
                .putFile("templates/plain/kickstart.ftl", KICKSTART);
    }

    @AfterEach
    void end() {
        processes.close();
    }

    /** Without ksvalidator the check is skipped. */
    @Test
    void aValidAnswerFileIsAccepted() {
        assertThat(findings()).extracting(CheckResult::status).doesNotContain(Status.FAILED);
    }

    @Test
    void anInvalidTemplateIsReportedWithItsLine() throws IOException {
        shelf.putFile("templates/plain/kickstart.ftl", "text\nlang [=langauge]\n");
        assertThat(findings()).singleElement().satisfies(finding -> {
            assertThat(finding.status()).isEqualTo(Status.FAILED);
            assertThat(finding.title()).isEqualTo("plain-1-x86_64");
            assertThat(finding.detail())
                    .contains("templates/plain/kickstart.ftl")
                    .contains("langauge")
                    .contains("line 2");
        });
    }

    @Test
    void aMissingScriptIsReported() throws IOException {
        Files.delete(folder.resolve("scripts/installation/apt.sh"));
        assertThat(findings())
                .singleElement()
                .satisfies(finding -> assertThat(finding.detail()).contains("installation/apt.sh"));
    }

    /** A copy of a vendor's schema that requires a key missing from our autoinstalls. */
    @Test
    void anAutoinstallIsValidatedAgainstTheInstallersSchemaIfAvailable() throws IOException {
        shelf.put(
                "plain/1",
                Shelf.WITH_ISO
                        .replace("kind: kickstart", "kind: subiquity")
                        .replace("  template: plain/kickstart.ftl\n  syntax: RHEL9\n", "")
                        .replace("label: OEMDRV", "label: cidata"));
        assertThat(findings())
                .allSatisfy(finding -> assertThat(finding.status()).isEqualTo(Status.SKIPPED))
                .extracting(CheckResult::detail)
                .anySatisfy(message -> assertThat(message).contains("subiquity-autoinstall.schema.json", "--schemas"));
        shelf.putFile("schemas/subiquity-autoinstall.schema.json", "{\"required\": [\"proxy-of-ours\"]}");
        assertThat(findings())
                .filteredOn(finding -> finding.status() == Status.FAILED)
                .singleElement()
                .satisfies(finding -> assertThat(finding.detail()).contains("proxy-of-ours"));
    }

    private List<CheckResult> findings() {
        var check = new AnswersCheck(
                new PackerProjectFactory(shelf.installation()),
                new ProjectRenderer(Path.of("configs/packer"), Host.ofThisProcess()),
                processes,
                new InstallerSchemas(folder.resolve("schemas")));
        return check.inspect(shelf.catalog().definitions());
    }
}
