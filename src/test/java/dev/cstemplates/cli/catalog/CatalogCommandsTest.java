/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.cli.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cstemplates.catalog.Shelf;
import dev.cstemplates.cli.Console;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

class CatalogCommandsTest {

    private static final String GOOD_SCRIPT = "#!/bin/bash\nset -euo pipefail\necho fine\n";

    @TempDir
    Path folder;

    private final Path checkout = Path.of("").toAbsolutePath();

    @Test
    void theJsonListKeepsItsFormat() throws IOException {
        var run = new Console(checkout, folder).run("list", "--json");
        try (var golden = getClass().getResourceAsStream("list.json")) {
            var expected = new String(Objects.requireNonNull(golden).readAllBytes(), StandardCharsets.UTF_8);
            assertThat(run.out()).isEqualTo(expected);
        }
        assertThat(run.exitCode()).isZero();
        assertThat(run.err()).isEqualTo("""
            warning: fedora-43 receives security updates only until 2026-12-02
            warning: suse-leap-15.6 has had no security updates since 2026-04-30
            """);
    }

    @Test
    void theTableFitsATerminal() {
        var run = new Console(checkout, folder).run("list");
        assertThat(run.out().lines())
                .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80))
                .anySatisfy(line ->
                        assertThat(line).matches("debian-12 +x86_64, aarch64  bootstrap, image, iso  2028-06-30"));
    }

    @Test
    void aReleaseWithoutSecurityUpdatesIsMarked() {
        var run = new Console(checkout, folder, Instant.parse("2028-07-01T00:00:00Z")).run("list");
        assertThat(run.out()).contains("2028-06-30 (ended)").doesNotContain("2030-06-30 (");
        assertThat(run.err())
                .contains("warning: debian-12 has had no security updates since 2028-06-30\n")
                .doesNotContain("debian-13");
        assertThat(run.exitCode()).isZero();
    }

    @Test
    void aReleaseThatEndsSoonIsMarked() {
        var run = new Console(checkout, folder, Instant.parse("2028-06-30T00:00:00Z")).run("list");
        assertThat(run.out()).contains("2028-06-30 (ends soon)").doesNotContain("2030-06-30 (");
        assertThat(run.out().lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
        assertThat(run.err()).contains("warning: debian-12 receives security updates only until 2028-06-30\n");
    }

    @Test
    void theJsonListSaysWhichReleasesHaveEnded() {
        var run = new Console(checkout, folder, Instant.parse("2026-11-30T00:00:00Z")).run("list", "--json");
        for (var release : JsonMapper.shared().readTree(run.out())) {
            var expected = Map.of("suse-leap-15.6", "ended", "fedora-43", "ends-soon");
            var id = release.path("id").asString();
            assertThat(release.path("support").asString()).as(id).isEqualTo(expected.getOrDefault(id, "supported"));
        }
    }

    @Test
    void anInvalidFileIsReportedAndTheOthersAreListed() throws IOException {
        Shelf.in(folder).put("plain/1", Shelf.COMPLETE).put("bad/1", "id: [");
        var run = new Console(folder, folder).run("list");
        assertThat(run.out()).contains("plain-1");
        assertThat(run.err())
                .startsWith("error: templates/bad/1.yaml:1:6: broken YAML")
                .contains("cst check");
        assertThat(run.exitCode()).isEqualTo(2);
    }

    @Test
    void aDefinitionIsShownWithWhatItInherits() {
        var console = new Console(checkout, folder);
        assertThat(console.run("show", "debian-12").out())
                .contains("cloud-init", "Debian GNU/Linux 12 (64-bit)", "4 GiB", "templates/debian/base.yaml");
        var document = JsonMapper.shared()
                .readTree(console.run("show", "debian-12", "--json").out());
        assertThat(document.path("machine").path("disk").stringValue()).isEqualTo("4GiB");
        assertThat(document.has("extends")).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "rhel-9, \"Cannot download rhel-9-x86_64-iso: the vendor requires an account\"",
                "rhel-9 --source image, has no source 'image' for x86_64",
                "rhel-9 --iso x.iso, --iso and --sha256 require each other",
                "debian-12 --source flopy, Unknown source 'flopy'",
                "debian-12 --source bootstrap --iso x.iso --sha256 DIGEST, uses no ISO",
                "debian-12 debian-13 --iso x.iso --sha256 DIGEST, --iso can be used with one template only",
            })
    void anImpossibleBuildIsRefusedBeforeItStarts(String options, String message) {
        var arguments = ("build --arch x86_64 " + options.replace("DIGEST", "0".repeat(64)) + " --dry-run").split(" ");
        var run = new Console(checkout, folder).run(arguments);
        assertThat(run.err()).contains(message);
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
    }

    @Test
    void anInstallerProjectIsRenderedWithPlainTextAnswers() {
        var out = folder.resolve("project");
        var run = new Console(checkout, folder)
                .run("render", "suse-sles-16.0", "--arch", "x86_64", "--out", out.toString());
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out()).contains("-var iso=FILE").contains("install/packer.json");
        assertThat(out.resolve("install/answers/autoinst.json")).content().contains("\"id\" : \"SLES\"");
        assertThat(out.resolve("prepare/scripts")).isDirectoryContaining("glob:**/20-packages.sh");
        assertThat(out.resolve("prepare/scripts")).isDirectoryContaining("glob:**/40-cloud-init.sh");
    }

    /** An image may contain another kernel than the template, and the boot loader of only one firmware. */
    @Test
    void aBuildFromAnImageRendersOnlyThePreparation() {
        var out = folder.resolve("project");
        var run = new Console(checkout, folder)
                .run("render", "debian-12", "--arch", "x86_64", "--source", "image", "--out", out.toString());
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out()).contains("-var base_disk=FILE").doesNotContain("install/packer.json");
        var packages = JsonMapper.shared()
                .readTree(out.resolve("prepare/packer.json").toFile())
                .path("variables")
                .path("packages")
                .stringValue();
        assertThat(packages.split(" ")).contains("linux-image-amd64", "grub-cloud-amd64", "cloud-init");
    }

    @Test
    void anUnknownIdIsAUsageErrorWithSuggestions() {
        var run = new Console(checkout, folder).run("show", "debain-12");
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).isEqualTo("""
            error: There is no definition 'debain-12'; did you mean 'debian-12' or 'debian-13'?
            Run 'cst list' to see all definitions.
            """);
    }

    @Test
    void checkReportsEveryError() throws IOException {
        Shelf.in(folder).put("plain/1", Shelf.COMPLETE).put("bad/1", "id: [");
        var run = new Console(folder, folder).run("check");
        assertThat(run.out())
                .contains("error: templates/bad/1.yaml:1:6: broken YAML")
                .contains("error: scripts/preparation/apt: there are no scripts for the package family apt")
                .contains("error: scripts/builders/bootstrap-apt.sh: the script that creates the first disk is missing")
                .contains("1 definitions checked: ");
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(JsonMapper.shared()
                        .readTree(new Console(folder, folder)
                                .run("check", "--json")
                                .out()))
                .hasSizeGreaterThanOrEqualTo(4);
    }

    @Test
    void warningsAloneExitWithZero() throws IOException {
        Shelf.in(folder)
                .put("plain/1", Shelf.COMPLETE)
                .putFile("scripts/preparation/apt/10-one.sh", GOOD_SCRIPT)
                .putFile("scripts/cleanup/apt/10-one.sh", GOOD_SCRIPT)
                .putFile("scripts/builders/bootstrap-apt.sh", GOOD_SCRIPT)
                .putFile("scripts/builders/disk.sh", GOOD_SCRIPT)
                .putFile("scripts/builders/keys.sh", GOOD_SCRIPT);
        Files.createDirectory(folder.resolve("scripts/preparation/common"));
        Files.createDirectory(folder.resolve("configs"));
        Files.createSymbolicLink(folder.resolve("configs/packer"), checkout.resolve("configs/packer"));
        Files.createDirectory(folder.resolve("configs/cloudstack"));
        Files.copy(
                checkout.resolve("configs/cloudstack/guests.schema.json"),
                folder.resolve("configs/cloudstack/guests.schema.json"));
        Files.writeString(
                folder.resolve("configs/cloudstack/guests.yaml"),
                Files.readString(checkout.resolve("configs/cloudstack/guests.yaml"))
                        .replaceAll("(?m)^    suse-.*\n", "")
                        .replace("  names:\n", ""));
        var run = new Console(folder, folder, Instant.parse("2031-01-01T00:00:00Z")).run("check", "plain-1");
        assertThat(run.out()).contains("warning: plain-1: Plain 1 has had no security updates since 2030-01-31");
        assertThat(run.exitCode()).as(run.out()).isZero();
    }

    @Test
    void checkingAnInvalidDefinitionIsAUsageError() throws IOException {
        Shelf.in(folder).put("bad/1", Shelf.COMPLETE.replace("4GiB", "4GB"));
        var run = new Console(folder, folder).run("check", "plain-1");
        assertThat(run.err()).contains("templates/bad/1.yaml:12:9: machine.disk: expected the form");
        assertThat(run.exitCode()).isEqualTo(2);
    }
}
