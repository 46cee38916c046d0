/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.pipeline.project;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cstemplates.catalog.Catalog;
import dev.cstemplates.catalog.Definition;
import dev.cstemplates.catalog.Source;
import dev.cstemplates.core.Accelerator;
import dev.cstemplates.core.Architecture;
import dev.cstemplates.host.Installation;
import dev.cstemplates.packer.answers.AnswerFiles;
import dev.cstemplates.pipeline.request.ResolvedBuild;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** What the installers of Debian and Ubuntu make of single answers. */
class AptAnswersTest {

    private static final Installation CHECKOUT = new Installation(Path.of("").toAbsolutePath());

    static Stream<Arguments> debian() {
        return of("debian");
    }

    static Stream<Arguments> ubuntu() {
        return of("ubuntu");
    }

    private static Stream<Arguments> of(String family) {
        return Catalog.load(CHECKOUT).definitions().stream()
                .filter(definition -> definition.family().equals(family))
                .flatMap(definition -> definition.architectures().keySet().stream()
                        .map(architecture -> Arguments.of(definition, architecture)));
    }

    /** An exclamation mark counts as no answer: the installer would ask and wait. */
    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("debian")
    void rootPasswordIsNotAskedByDebiansInstaller(Definition definition, Architecture architecture) {
        assertThat(answers(definition, architecture).get("preseed.cfg"))
                .contains("\nd-i passwd/root-password-crypted password *\n");
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("ubuntu")
    void kernelCrashDumpsAreNotLeftToTheInstallingMachine(Definition definition, Architecture architecture) {
        assertThat(autoinstall(definition, architecture).at("/kernel-crash-dumps/enabled"))
                .hasToString("false");
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("ubuntu")
    void withoutAMirrorUbuntusInstallerStopsAtOnce(Definition definition, Architecture architecture) {
        assertThat(autoinstall(definition, architecture).at("/apt/fallback").asString())
                .isEqualTo("abort");
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("ubuntu")
    void failureOfUbuntusInstallerShowsItsLogsOnTheConsole(Definition definition, Architecture architecture) {
        assertThat(autoinstall(definition, architecture).at("/error-commands").valueStream())
                .extracting(JsonNode::asString)
                .anyMatch(command -> command.startsWith("journalctl "))
                .anyMatch(command -> command.endsWith(" /var/log/installer/curtin-install.log"));
    }

    /** grub-efi-amd64 would remove grub-pc, so that GRUB for BIOS would never be updated. */
    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("ubuntu")
    void grubForBiosStaysInstalled(Definition definition, Architecture architecture) {
        var packages = Objects.requireNonNull(definition.architectures().get(architecture))
                .bootloaderPackages();
        if (architecture == Architecture.X86_64) {
            assertThat(packages).contains("grub-pc", "grub-efi-amd64-signed").doesNotContain("grub-efi-amd64");
        } else {
            assertThat(packages).contains("grub-efi-arm64").doesNotContain("grub-pc");
        }
    }

    private static JsonNode autoinstall(Definition definition, Architecture architecture) {
        return YAMLMapper.builder()
                .build()
                .readTree(answers(definition, architecture).get("user-data"))
                .path("autoinstall");
    }

    private static Map<String, String> answers(Definition definition, Architecture architecture) {
        var build = new ResolvedBuild(
                definition, architecture, Source.ISO, new TreeSet<>(), null, null, Accelerator.TCG, null);
        return AnswerFiles.of(
                new PackerProjectFactory(CHECKOUT).installer(build, null).plan(), "one-time-key");
    }
}
