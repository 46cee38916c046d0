/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.pipeline.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cstemplates.catalog.Catalog;
import dev.cstemplates.catalog.Source;
import dev.cstemplates.core.Architecture;
import dev.cstemplates.host.Host;
import dev.cstemplates.host.Installation;
import dev.cstemplates.host.process.SearchPath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Sources of the shipped definitions on hosts with some of the programs. */
class SourceSelectionTest {

    private static final Catalog CATALOG =
            Catalog.load(new Installation(Path.of("").toAbsolutePath()));

    @TempDir
    private Path root;

    @ParameterizedTest
    @CsvSource(textBlock = """
        debian-12,       mmdebstrap gpg curl,  BOOTSTRAP
        debian-12,       dnf rpm gpg curl,     IMAGE
        ubuntu-24.04,    '',                   IMAGE
        almalinux-10,    dnf rpm gpg curl,     BOOTSTRAP
        almalinux-10,    dnf rpm,              IMAGE
        suse-leap-16.0,  zypper rpm gpg curl,  BOOTSTRAP
        rhel-9,          '',                   ISO
        """)
    void theFirstSourceWhoseProgramsTheHostHasIsChosen(String id, String programs, Source expected) throws IOException {
        var choice = SourceSelection.choose(CATALOG.definition(id), Architecture.X86_64, null, host(programs));

        assertThat(choice.source()).isEqualTo(expected);
    }

    @Test
    void theReasonNamesWhatIsMissingAndHowToInstallIt() throws IOException {
        var choice =
                SourceSelection.choose(CATALOG.definition("almalinux-10"), Architecture.X86_64, null, host("dnf curl"));

        assertThat(choice.reason())
                .isEqualTo(
                        "almalinux-10: using source image, because source bootstrap requires rpm, gpg, which this host"
                                + " does not have; to install: cst doctor almalinux-10 --fix");
    }

    @Test
    void aRequestedSourceIsNeverReplaced() throws IOException {
        var choice = SourceSelection.choose(
                CATALOG.definition("almalinux-10"), Architecture.X86_64, Source.BOOTSTRAP, host(""));

        assertThat(choice).isEqualTo(new SourceSelection.Choice(Source.BOOTSTRAP, ""));
        assertThatThrownBy(() -> SourceSelection.choose(
                        CATALOG.definition("rhel-9"), Architecture.X86_64, Source.BOOTSTRAP, host("")))
                .hasMessage("rhel-9 has no source 'bootstrap' for x86_64");
    }

    private Host host(String programs) throws IOException {
        var bin = Files.createDirectories(root.resolve("bin"));
        for (var program : programs.split(" ", -1)) {
            if (!program.isEmpty()) {
                Files.writeString(bin.resolve(program), "");
                bin.resolve(program).toFile().setExecutable(true);
            }
        }
        return new Host(root, new SearchPath(List.of(bin)), "ada");
    }
}
