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
import dev.cstemplates.core.InstallerKind;
import dev.cstemplates.packer.answers.AnswerDelivery;
import dev.cstemplates.packer.answers.InstallerAnswers;
import dev.cstemplates.packer.answers.PackageRepository;
import dev.cstemplates.packer.answers.Subscription;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Packer projects of installers, and values that are refused because they would escape their context. */
class InstallerProjectTest {

    @TempDir
    Path folder;

    private final ProjectRenderer renderer = new ProjectRenderer(SampleProjects.CONFIGURATIONS, SampleProjects.HOST);
    private Path finish;

    @BeforeEach
    void writeAScript() throws IOException {
        finish = SampleProjects.script(folder.resolve("sources"), "finish.sh", "echo done");
    }

    @ParameterizedTest
    @ValueSource(strings = {"x86_64", "aarch64"})
    void rendersAnInstallerThatReadsACd(String architecture) throws IOException {
        var project = project(Architecture.parse(architecture), new AnswerDelivery.Cd("OEMDRV"), null);
        var rendered = renderer.render(project, folder.resolve("install"));

        Golden.verify("installer-cd-" + architecture + ".json", Files.readString(rendered.template()));
        assertThat(rendered.folder().resolve("answers/autoinst.json")).content().contains("cst-one-time-key");
        assertThat(rendered.folder().resolve("ssh/id_ecdsa")).exists();
        assertThat(rendered.folder().resolve("scripts")).doesNotExist();
    }

    @Test
    void rendersAnInstallerThatUsesAServer() throws IOException {
        var project = project(Architecture.AARCH64, new AnswerDelivery.Url("preseed/url"), null);
        var rendered = renderer.render(project, folder.resolve("install"));

        Golden.verify("installer-url-aarch64.json", Files.readString(rendered.template()));
    }

    @Test
    void aSubscriptionIsOnlyInTheAnswersReadableByTheOwner() throws IOException {
        var subscription = new Subscription("ops@example.org", "SECRET-CODE-1");
        var project = project(Architecture.X86_64, new AnswerDelivery.Cd("OEMDRV"), subscription);
        var rendered = renderer.render(project, folder.resolve("install"));

        var answers = rendered.folder().resolve("answers/autoinst.json");
        assertThat(answers).content().contains("SECRET-CODE-1");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(answers)))
                .isEqualTo("rw-------");
        assertThat(rendered.template()).content().doesNotContain("SECRET-CODE-1");
        assertThat(project.toString()).doesNotContain("SECRET-CODE-1");
        assertThat(renderer.canonicalInputs(project))
                .isEqualTo(
                        renderer.canonicalInputs(project(Architecture.X86_64, new AnswerDelivery.Cd("OEMDRV"), null)));
    }

    @Test
    void layerKeysContainTheAnswersButNeitherKeysNorPaths() {
        var inputs = renderer.canonicalInputs(project(Architecture.X86_64, new AnswerDelivery.Cd("OEMDRV"), null));

        assertThat(inputs).containsOnlyKeys("packer.json", "answers/autoinst.json");
        assertThat(inputs.toString()).doesNotContain(folder.toString()).doesNotContain("ecdsa-sha2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "a\"b", "a'b", "a\nb", "{{ .HTTPIP }}", "{user}", "$(x)", "a;b", ""})
    void unsafeKernelArgumentsAreRefused(String argument) {
        assertThatThrownBy(() -> new InstallerProject(
                        Accelerator.TCG,
                        1,
                        ByteSize.ofGiB(1),
                        ByteSize.ofGiB(4),
                        Duration.ofMinutes(1),
                        new AnswerDelivery.Cd("OEMDRV"),
                        List.of(argument),
                        plan(Architecture.X86_64, null)))
                .isInstanceOfSatisfying(
                        Failure.class, failure -> assertThat(failure.kind()).isEqualTo(Failure.Kind.USAGE));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "a\"b", "a\nb", "a$b", "%end", "a\\b", "`x`"})
    void unsafeValuesAreRefusedAndNotPrinted(String value) {
        assertThatThrownBy(() -> new Subscription("account", value))
                .isInstanceOf(Failure.class)
                .message()
                .doesNotContain(value);
        assertThatThrownBy(() -> plan(Architecture.X86_64, List.of(new PackageRepository("BaseOS", value)), null))
                .isInstanceOf(Failure.class);
    }

    @Test
    void aScriptThatEndsItsSectionIsRefused() throws IOException {
        finish = SampleProjects.script(folder.resolve("sources"), "finish.sh", "cat <<END", "%end", "END");
        var template = Files.writeString(folder.resolve("ks.ftl"), "%post\n[=finish]%end\n");
        assertThatThrownBy(() -> renderer.canonicalInputs(kickstart(template)))
                .isInstanceOf(Failure.class)
                .hasMessageContaining("starts with %");
    }

    @Test
    void aMissingTemplateValueIsReportedWithItsPosition() throws IOException {
        var template = Files.writeString(folder.resolve("ks.ftl"), "text\n  lang [=langauge]\n");
        assertThatThrownBy(() -> renderer.canonicalInputs(kickstart(template)))
                .isInstanceOf(Failure.class)
                .hasMessageContaining("ks.ftl")
                .hasMessageContaining("langauge")
                .hasMessageContaining("line 2");
    }

    private InstallerProject kickstart(Path template) {
        return project(
                new AnswerDelivery.Cd("OEMDRV"),
                new InstallerAnswers(
                        InstallerKind.KICKSTART,
                        Architecture.X86_64,
                        template,
                        "C.UTF-8",
                        "Etc/UTC",
                        "kernel",
                        List.of("grub2"),
                        List.of("cloud-init"),
                        null,
                        null,
                        List.of(),
                        "RHEL9",
                        List.of(),
                        null,
                        finish,
                        null));
    }

    private InstallerProject project(
            Architecture architecture, AnswerDelivery delivery, @Nullable Subscription subscription) {
        return project(delivery, plan(architecture, subscription));
    }

    private static InstallerProject project(AnswerDelivery delivery, InstallerAnswers plan) {
        return new InstallerProject(
                Accelerator.TCG,
                2,
                ByteSize.ofGiB(4),
                ByteSize.ofGiB(10),
                Duration.ofMinutes(60),
                delivery,
                List.of("root=live:CDLABEL={isoLabel}", "inst.finish=poweroff"),
                plan);
    }

    private InstallerAnswers plan(Architecture architecture, @Nullable Subscription subscription) {
        return plan(architecture, List.of(), subscription);
    }

    private InstallerAnswers plan(
            Architecture architecture, List<PackageRepository> repositories, @Nullable Subscription subscription) {
        return new InstallerAnswers(
                InstallerKind.AGAMA,
                architecture,
                null,
                "C.UTF-8",
                "Etc/UTC",
                "kernel-default",
                List.of("grub2-" + architecture.id().toLowerCase(Locale.ROOT) + "-efi"),
                List.of("cloud-init"),
                "minimal_base",
                "SLES",
                List.of(),
                null,
                repositories,
                null,
                finish,
                subscription);
    }
}
