/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.pipeline.project;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cstemplates.catalog.Catalog;
import dev.cstemplates.catalog.Definition;
import dev.cstemplates.catalog.Source;
import dev.cstemplates.core.Accelerator;
import dev.cstemplates.core.Architecture;
import dev.cstemplates.core.Failure;
import dev.cstemplates.host.Installation;
import dev.cstemplates.packer.answers.AnswerFiles;
import dev.cstemplates.pipeline.request.ResolvedBuild;
import java.nio.file.Path;
import java.util.Objects;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code --mirror} is where every installer gets its packages. */
class MirrorInAnswersTest {

    private static final Installation CHECKOUT = new Installation(Path.of("").toAbsolutePath());
    private static final String MIRROR = "http://mirror.example.org/pub/copy";

    static Stream<Arguments> withMirror() {
        return installers(true);
    }

    static Stream<Arguments> withoutMirror() {
        return installers(false);
    }

    private static Stream<Arguments> installers(boolean haveMirror) {
        return Catalog.load(CHECKOUT).definitions().stream()
                .filter(definition -> (definition.bootstrap() != null) == haveMirror)
                .flatMap(definition -> definition.architectures().keySet().stream()
                        .map(architecture -> Arguments.of(definition, architecture)));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("withMirror")
    void everyInstallerUsesTheMirror(Definition definition, Architecture architecture) {
        var vendors = Objects.requireNonNull(definition.bootstrap()).mirrorFor(architecture);

        assertThat(answersWith(definition, architecture, MIRROR + "/", null))
                .containsPattern("mirror\\.example\\.org")
                .contains("/pub/copy")
                .doesNotContain(vendors)
                .doesNotContain("copy//");
        assertThat(answersWith(definition, architecture, null, null)).doesNotContain("mirror.example.org");
    }

    /** Registered systems get their packages from the vendor, others from the ISO. */
    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("withoutMirror")
    void anInstallerThatCannotUseAMirrorSaysSo(Definition definition, Architecture architecture) {
        assertThatThrownBy(() -> answersWith(definition, architecture, MIRROR, null))
                .isInstanceOfSatisfying(Failure.class, failure -> {
                    assertThat(failure.kind()).isEqualTo(Failure.Kind.USAGE);
                    assertThat(failure.remedy()).isEqualTo("Omit --mirror.");
                });
    }

    @Test
    void debiansSecurityMirrorIsItsHost() {
        var definition = Catalog.load(CHECKOUT).definition("debian-13");

        assertThat(answersWith(definition, Architecture.X86_64, MIRROR, "http://mirror.example.org/debian-security"))
                .contains("\nd-i apt-setup/security_host string mirror.example.org\n");
        assertThat(answersWith(definition, Architecture.X86_64, MIRROR, "https://mirror.example.org/security"))
                .doesNotContain("security_host");
    }

    @Test
    void debiansMirrorMayUseHttps() {
        var definition = Catalog.load(CHECKOUT).definition("debian-12");

        assertThat(answersWith(definition, Architecture.X86_64, "https://mirror.example.org/debian", null))
                .contains("d-i mirror/protocol string https\n")
                .contains("d-i mirror/https/hostname string mirror.example.org\n")
                .contains("d-i mirror/https/directory string /debian\n");
    }

    /** The kernel arguments and the answer files, without the script that runs in the new system. */
    private static String answersWith(
            Definition definition, Architecture architecture, @Nullable String mirror, @Nullable String security) {
        var build = new ResolvedBuild(
                definition, architecture, Source.ISO, new TreeSet<>(), mirror, security, Accelerator.TCG, null);
        var project = new PackerProjectFactory(CHECKOUT).installer(build, null);
        return String.join(" ", project.arguments()) + "\n"
                + String.join(
                        "\n", AnswerFiles.of(project.plan(), "one-time-key").values());
    }
}
