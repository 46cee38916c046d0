package dev.cstemplates.pipeline.project;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cstemplates.catalog.Finding;
import dev.cstemplates.catalog.Finding.Severity;
import dev.cstemplates.catalog.Shelf;
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

/** Answer files of somebody's own definition. */
class AnswersCheckTest {

    private static final String KICKSTART = "text\nrootpw --lock\n%packages\n@core\n%end\n%post\n[=finish]%end\n";

    @TempDir
    Path folder;

    private final Processes processes = new Processes();
    private Shelf shelf;

    @BeforeEach
    void describeAnInstallation() throws IOException {
        shelf = Shelf.in(folder)
                .put("plain/1", Shelf.WITH_ISO)
                .putFile("scripts/installation/apt.sh", "#!/bin/bash\necho done\n")
                .putFile("templates/plain/kickstart.ftl", KICKSTART);
    }

    @AfterEach
    void end() {
        processes.close();
    }

    /** A host without ksvalidator only lacks a check. */
    @Test
    void aGoodAnswerFileIsNoError() {
        assertThat(findings()).extracting(Finding::severity).doesNotContain(Severity.ERROR);
    }

    @Test
    void aTemplateThatCannotBeRenderedIsNamedWithItsLine() throws IOException {
        shelf.putFile("templates/plain/kickstart.ftl", "text\nlang [=langauge]\n");
        assertThat(findings()).singleElement().satisfies(finding -> {
            assertThat(finding.severity()).isEqualTo(Severity.ERROR);
            assertThat(finding.what()).isEqualTo("plain-1-x86_64");
            assertThat(finding.message())
                    .contains("templates/plain/kickstart.ftl")
                    .contains("langauge")
                    .contains("line 2");
        });
    }

    @Test
    void aMissingScriptIsNamed() throws IOException {
        Files.delete(folder.resolve("scripts/installation/apt.sh"));
        assertThat(findings())
                .singleElement()
                .satisfies(finding -> assertThat(finding.message()).contains("installation/apt.sh"));
    }

    /** As an operator's copy of a vendor's schema, which wants what our autoinstalls do not say. */
    @Test
    void anAutoinstallIsHeldAgainstTheInstallersSchemaWhereThatIsThere() throws IOException {
        shelf.put(
                "plain/1",
                Shelf.WITH_ISO
                        .replace("kind: kickstart", "kind: subiquity")
                        .replace("  template: plain/kickstart.ftl\n  syntax: RHEL9\n", "")
                        .replace("label: OEMDRV", "label: cidata"));
        assertThat(findings())
                .allSatisfy(finding -> assertThat(finding.severity()).isEqualTo(Severity.SKIPPED))
                .extracting(Finding::message)
                .anySatisfy(message -> assertThat(message).contains("subiquity-autoinstall.schema.json", "--schemas"));
        shelf.putFile("schemas/subiquity-autoinstall.schema.json", "{\"required\": [\"proxy-of-ours\"]}");
        assertThat(findings())
                .filteredOn(finding -> finding.severity() == Severity.ERROR)
                .singleElement()
                .satisfies(finding -> assertThat(finding.message()).contains("proxy-of-ours"));
    }

    private List<Finding> findings() {
        var check = new AnswersCheck(
                new PackerProjectFactory(shelf.installation()),
                new ProjectRenderer(Path.of("configs/packer"), Host.ofThisProcess()),
                processes,
                new InstallerSchemas(folder.resolve("schemas")));
        return check.inspect(shelf.catalog().definitions());
    }
}
