/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.packer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cstemplates.core.Accelerator;
import dev.cstemplates.core.Architecture;
import dev.cstemplates.core.ByteSize;
import dev.cstemplates.core.Failure;
import dev.cstemplates.core.Firmware;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.util.security.SecurityUtils;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.yaml.YAMLMapper;

class ProjectRendererTest {

    @TempDir
    private Path folder;

    private final ProjectRenderer renderer = new ProjectRenderer(SampleProjects.CONFIGURATIONS, SampleProjects.HOST);
    private Path first;
    private Path second;

    @BeforeEach
    void writeScripts() throws IOException {
        first = SampleProjects.script(folder.resolve("sources"), "10-first.sh", "echo first");
        second = SampleProjects.script(folder.resolve("sources"), "20-second.sh", "echo second");
    }

    @Test
    void rendersTheReviewedInstallation() throws IOException {
        var project = renderer.render(SampleProjects.bootstrap(first), folder.resolve("install"));

        Golden.verify("install-x86_64-tcg.json", Files.readString(project.template()));
    }

    @ParameterizedTest
    @CsvSource({"X86_64, BIOS, TCG", "X86_64, UEFI, KVM", "AARCH64, UEFI, TCG"})
    void rendersTheReviewedPreparations(Architecture architecture, Firmware firmware, Accelerator accelerator)
            throws IOException {
        var project = renderer.render(
                SampleProjects.prepare(architecture, firmware, accelerator, first, second), folder.resolve("prepare"));

        var name = "prepare-%s-%s-%s.json".formatted(architecture.id(), firmware.id(), accelerator.id());
        Golden.verify(name, Files.readString(project.template()));
    }

    @Test
    void rendersProjectsThatCanBeMoved() throws IOException {
        var project = renderer.render(SampleProjects.prepare(first), folder.resolve("prepare"));

        assertThat(Files.readString(project.template())).doesNotContain(folder.toString());
    }

    @Test
    void copiesExecutableScriptsNextToTheTemplate() throws IOException {
        var project = renderer.render(SampleProjects.prepare(second, first), folder.resolve("prepare"));

        assertThat(project.scripts()).containsExactly("20-second.sh", "10-first.sh");
        assertThat(project.folder().resolve("scripts/10-first.sh"))
                .hasSameTextualContentAs(first)
                .isExecutable();
    }

    @Test
    void givesOnlyRootPackersKey() throws Exception {
        var project = renderer.render(SampleProjects.prepare(first), folder.resolve("prepare"));

        var privateKey = project.folder().resolve("ssh/id_ecdsa");
        var userData = Files.readString(project.folder().resolve("cidata/user-data"));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(privateKey)))
                .isEqualTo("rw-------");
        assertThat(Files.readString(privateKey)).startsWith("-----BEGIN OPENSSH PRIVATE KEY-----\n");
        try (var in = Files.newInputStream(privateKey)) {
            var pair = SecurityUtils.loadKeyPairIdentities(null, () -> "key", in, null)
                    .iterator()
                    .next();
            assertThat(userData).contains(PublicKeyEntry.toString(pair.getPublic()));
        }
        assertThat(userData).startsWith("#cloud-config\n");
        var config = YAMLMapper.shared().readTree(userData);
        assertThat(config.get("users")).isEmpty();
        assertThat(config.get("disable_root").asBoolean()).isFalse();
        assertThat(config.get("ssh_pwauth").asBoolean()).isFalse();
        assertThat(config.get("growpart").get("mode").asString()).isEqualTo("off");
    }

    @Test
    void neverUsesAKeyTwice() throws IOException {
        var one = renderer.render(SampleProjects.prepare(first), folder.resolve("one"));
        var two = renderer.render(SampleProjects.prepare(first), folder.resolve("two"));

        assertThat(one.folder().resolve("ssh/id_ecdsa"))
                .content()
                .isNotEqualTo(Files.readString(two.folder().resolve("ssh/id_ecdsa")));
    }

    @Test
    void listsAllInputsButNeitherKeysNorPaths() throws IOException {
        var inputs = renderer.canonicalInputs(SampleProjects.prepare(first, second));

        assertThat(inputs)
                .containsOnlyKeys(
                        "packer.json",
                        "scripts/10-first.sh",
                        "scripts/20-second.sh",
                        "cidata/user-data",
                        "cidata/meta-data")
                .isEqualTo(renderer.canonicalInputs(SampleProjects.prepare(first, second)));
        assertThat(inputs.toString()).doesNotContain(folder.toString()).doesNotContain("ecdsa-sha2");
    }

    @Test
    void detectsChangedScriptsOrderAndSettings() throws IOException {
        var before = renderer.canonicalInputs(SampleProjects.prepare(first, second));

        assertThat(renderer.canonicalInputs(SampleProjects.prepare(second, first)))
                .isNotEqualTo(before);
        assertThat(renderer.canonicalInputs(preparation(Map.of("CST_DEFAULT_USER", "admin"))))
                .isNotEqualTo(before);
        SampleProjects.script(folder.resolve("sources"), "20-second.sh", "echo changed");
        assertThat(renderer.canonicalInputs(SampleProjects.prepare(first, second)))
                .isNotEqualTo(before);
    }

    @Test
    void hasTheSameInputsWithAndWithoutAcceleration() {
        var emulated = SampleProjects.prepare(Architecture.X86_64, Firmware.BIOS, Accelerator.TCG, first);
        var accelerated = SampleProjects.prepare(Architecture.X86_64, Firmware.BIOS, Accelerator.KVM, first);

        assertThat(renderer.canonicalInputs(accelerated)).isEqualTo(renderer.canonicalInputs(emulated));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a {{user `x`}} b", "{{", "}}", "two\nlines", "a\u0000b"})
    void refusesValuesThatPackerWouldInterpret(String value) {
        assertThatThrownBy(() -> preparation(Map.of("CST_LOCALE", value)))
                .isInstanceOfSatisfying(
                        Failure.class, failure -> assertThat(failure.kind()).isEqualTo(Failure.Kind.USAGE))
                .hasMessageContaining("CST_LOCALE");
    }

    @ParameterizedTest
    @ValueSource(strings = {"PATH", "CST_lower", "CST_", "CST_A=B", "CST_OUTPUT", "CST_A__B"})
    void refusesReservedVariableNames(String name) {
        assertThatThrownBy(() -> preparation(Map.of(name, "value")))
                .isInstanceOf(Failure.class)
                .hasMessageContaining(name);
    }

    @Test
    void refusesANameOfThePackerProject() {
        assertThatThrownBy(() -> renderer.canonicalInputs(preparation(Map.of("CST_MEMORY", "64"))))
                .isInstanceOf(Failure.class)
                .hasMessageContaining("CST_MEMORY");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"with,comma", "with'quote", "with$dollar", "per%cent", "{{template_dir}}", "quest?ion", "a[b]"})
    void refusesFoldersThatPackerOrQemuWouldMisread(String name) {
        assertThatThrownBy(() -> renderer.render(SampleProjects.prepare(first), folder.resolve(name)))
                .isInstanceOf(Failure.class)
                .hasMessageContaining(name);
        assertThat(folder.resolve(name)).doesNotExist();
    }

    @Test
    void refusesAFolderThatIsNotEmpty() throws IOException {
        var taken = Files.createDirectory(folder.resolve("taken"));
        Files.writeString(taken.resolve("mine"), "precious");

        assertThatThrownBy(() -> renderer.render(SampleProjects.prepare(first), taken))
                .isInstanceOf(Failure.class)
                .hasMessageContaining("not an empty folder");
        assertThat(taken.resolve("mine")).hasContent("precious");
    }

    @Test
    void leavesNothingBehindIfAScriptIsMissing() throws IOException {
        var missing = folder.resolve("sources/30-missing.sh");

        assertThatThrownBy(() -> renderer.render(SampleProjects.prepare(first, missing), folder.resolve("out/prepare")))
                .isInstanceOf(Failure.class)
                .hasMessageContaining("30-missing.sh");
        assertThat(folder.resolve("out")).doesNotExist();
    }

    @Test
    void refusesTwoScriptsWithTheSameName() throws IOException {
        var other = SampleProjects.script(folder.resolve("elsewhere"), "10-first.sh", "echo other");

        assertThatThrownBy(() -> renderer.render(SampleProjects.prepare(first, other), folder.resolve("prepare")))
                .isInstanceOf(Failure.class)
                .hasMessageContaining("10-first.sh");
    }

    @Test
    void refusesScriptNamesThatAShellWouldMisread() throws IOException {
        var script = SampleProjects.script(folder.resolve("sources"), "x'; reboot; '.sh", "echo no");

        assertThatThrownBy(() -> renderer.render(SampleProjects.bootstrap(script), folder.resolve("install")))
                .isInstanceOf(Failure.class)
                .hasMessageContaining("misread");
    }

    @Test
    void namesTheDamagedConfiguration() throws IOException {
        var configurations = Files.createDirectory(folder.resolve("configs"));
        Files.writeString(configurations.resolve("prepare.json"), "{\"variables\": ");

        assertThatThrownBy(() -> new ProjectRenderer(configurations, SampleProjects.HOST)
                        .render(SampleProjects.prepare(first), folder.resolve("prepare")))
                .isInstanceOfSatisfying(
                        Failure.class, failure -> assertThat(failure.kind()).isEqualTo(Failure.Kind.HOST))
                .hasMessageContaining("prepare.json");
    }

    @Test
    void rendersNoSmbiosThatCloudInitMistakesForCloudStack() throws IOException {
        var project = renderer.render(SampleProjects.prepare(first), folder.resolve("prepare"));

        var builder = JsonMapper.shared()
                .readTree(Files.readString(project.template()))
                .get("builders")
                .get(0);
        assertThat(builder.toString()).doesNotContain("CloudStack").doesNotContain("-smbios");
    }

    private PrepareProject preparation(Map<String, String> environment) {
        return new PrepareProject(
                Architecture.X86_64,
                Firmware.BIOS,
                Accelerator.TCG,
                1,
                ByteSize.ofGiB(1),
                ByteSize.ofGiB(4),
                Duration.ofMinutes(1),
                Duration.ofMinutes(1),
                List.of(first, second),
                environment);
    }
}
