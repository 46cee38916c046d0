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
import dev.cstemplates.packer.answers.Subscription;
import dev.cstemplates.pipeline.request.ResolvedBuild;
import java.nio.file.Path;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

/** Settings that SUSE's installers require, because their products' defaults or their order of steps would leave an unusable system. */
class SuseAnswersTest {

    private static final Installation CHECKOUT = new Installation(Path.of("").toAbsolutePath());
    private static final Catalog CATALOG = Catalog.load(CHECKOUT);

    /** The script reports that the installation is complete: nothing that can fail may follow. */
    @ParameterizedTest
    @ValueSource(strings = {"suse-leap-15.6", "suse-sles-15"})
    void yastInstallsNoBootLoaderAfterTheScript(String id) {
        assertThat(yast(id, null)).contains("<loader_type>none</loader_type>").doesNotContain("<global>");
    }

    @ParameterizedTest
    @ValueSource(strings = {"suse-leap-15.6", "suse-sles-15"})
    void crashDumpsOfTheProductsDefaultAreOff(String id) {
        assertThat(yast(id, null))
                .containsPattern("<kdump>\\s*<add_crash_kernel config:type=\"boolean\">false</add_crash_kernel>");
    }

    @Test
    void modulesOfTheMediumAreSelectedAsProducts() {
        assertThat(yast("suse-sles-15", null))
                .containsPattern("<media_url>relurl://</media_url>\\s*<product_dir>/Module-Public-Cloud</product_dir>"
                        + "\\s*<product>sle-module-public-cloud</product>")
                .doesNotContain("<addons")
                .doesNotContain("dvd:///");
    }

    @Test
    void registeredModulesComeFromTheRegistration() {
        assertThat(yast("suse-sles-15", new Subscription("a@example.org", "code")))
                .containsPattern(
                        "<addons config:type=\"list\">\\s*<addon>\\s*<name>sle-module-basesystem</name>\\s*</addon>")
                .doesNotContain("<add-on>");
    }

    @Test
    void releasesWithoutModulesRegisterNone() {
        assertThat(yast("suse-leap-15.6", null)).doesNotContain("addons").doesNotContain("add-on");
    }

    /** An unknown name is left out silently by Agama 16.0, and ends the installation with 16.1. */
    @ParameterizedTest
    @EnumSource(Architecture.class)
    void python3IsNoPackageOfReleases16(Architecture architecture) {
        for (var definition : suse().toList()) {
            assertThat(definition.packagesFor(architecture)).as(definition.id()).doesNotContain("python3");
            if (definition.release().contains("-16.")) {
                assertThat(agamaPackages(definition, architecture))
                        .as(definition.id())
                        .doesNotContain("python3")
                        .contains("cloud-init");
            }
        }
    }

    /** The installers select it by default, in a list that ours replaces. */
    @Test
    void releases16HaveSelinux() {
        for (var definition : suse().toList()) {
            for (var architecture : Architecture.values()) {
                assertThat(definition.packagesFor(architecture).contains("selinux-policy-targeted"))
                        .as(definition.id())
                        .isEqualTo(definition.release().contains("-16."));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"suse-leap-15.6", "suse-leap-16.0", "suse-leap-16.1"})
    void keysComeFromTheReleasesOwnTree(String id) {
        var definition = CATALOG.definition(id);
        assertThat(definition.keys().values())
                .allSatisfy(key -> assertThat(String.valueOf(key.url()))
                        .contains("/" + definition.release().replace("leap-", "") + "/"));
    }

    private static Stream<Definition> suse() {
        return CATALOG.definitions().stream()
                .filter(definition -> definition.family().equals("suse"));
    }

    private static Stream<String> agamaPackages(Definition definition, Architecture architecture) {
        var profile = JsonMapper.shared().readTree(answers(definition, architecture, null, "autoinst.json"));
        return profile.path("software").path("packages").valueStream().map(each -> each.asString());
    }

    private static String yast(String id, @Nullable Subscription subscription) {
        return answers(CATALOG.definition(id), Architecture.X86_64, subscription, "autoinst.xml");
    }

    private static String answers(
            Definition definition, Architecture architecture, @Nullable Subscription subscription, String file) {
        var build = new ResolvedBuild(
                definition, architecture, Source.ISO, new TreeSet<>(), null, null, Accelerator.TCG, null);
        var plan = new PackerProjectFactory(CHECKOUT)
                .installer(build, subscription)
                .plan();
        return AnswerFiles.of(plan, "one-time-key").getOrDefault(file, "");
    }
}
