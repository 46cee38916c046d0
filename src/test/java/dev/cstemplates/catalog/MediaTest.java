/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cstemplates.core.Architecture;
import dev.cstemplates.core.Failure;
import dev.cstemplates.host.Installation;
import dev.cstemplates.media.Checksums;
import dev.cstemplates.media.MediaSource;
import dev.cstemplates.media.Mirror;
import dev.cstemplates.media.Selection;
import dev.cstemplates.media.Signature;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

/** The media of the shipped definitions. */
class MediaTest {

    private final Catalog catalog = Catalog.load(new Installation(Path.of("").toAbsolutePath()));

    @Test
    void everyPublishedMediumOfEveryDefinitionHasASource() {
        var asked = new ArrayList<String>();
        for (var definition : catalog.definitions()) {
            definition.architectures().forEach((architecture, target) -> {
                if (target.iso() instanceof Media.Published) {
                    asked.add(published(definition, architecture, Source.ISO).id());
                }
                if (target.image() instanceof Media.Published) {
                    asked.add(published(definition, architecture, Source.IMAGE).id());
                }
            });
        }
        assertThat(asked).doesNotHaveDuplicates().hasSizeGreaterThan(50);
    }

    @Test
    void theNewestPointReleaseIsTakenFromASignedList() {
        var ubuntu = published(catalog.definition("ubuntu-24.04"), Architecture.X86_64, Source.ISO);

        assertThat(ubuntu.selection()).isInstanceOf(Selection.Newest.class);
        var checksums = ubuntu.checksums().orElseThrow();
        assertThat(checksums.file()).isEqualTo("SHA256SUMS");
        assertThat(checksums.signature()).isInstanceOfSatisfying(Signature.Detached.class, detached -> {
            assertThat(detached.file()).isEqualTo("{file}.gpg");
            assertThat(detached.keys())
                    .extracting(key -> key.fingerprint().hex())
                    .containsExactly("843938DF228D22F7B3742BC0D94AA3F0EFE21092");
        });
    }

    @Test
    void theOperatorsMirrorIsTriedFirst() {
        var mirror = URI.create("http://mirror.example/almalinux/");
        var source = published(catalog.definition("almalinux-10"), Architecture.X86_64, Source.ISO)
                .preferring(new Mirror.Folder(mirror));

        assertThat(source.mirrors().getFirst()).isEqualTo(new Mirror.Folder(mirror));
        assertThat(source.mirrors()).hasSizeGreaterThan(1);
    }

    /** openSUSE's checksum file names a numbered build; the name of another medium must be refused. */
    @Test
    void aSingleChecksumBelongsToTheMediumOrItsNumberedBuild() {
        var leap = published(catalog.definition("suse-leap-15.6"), Architecture.X86_64, Source.ISO);
        var format = (Checksums.Format.Single) leap.checksums().orElseThrow().format();
        var name = ((Selection.Named) leap.selection()).fileName();

        assertThat(format.inside().asMatchPredicate())
                .accepts("", name, name.replace("-Media.iso", "-Build709.1-Media.iso"))
                .rejects(name.replace("x86_64", "aarch64"), name.replace(".iso", ".iso.old"), "other.iso");
    }

    @Test
    void fedorasListIsFoundInTheFoldersListing() {
        assertThat(published(catalog.definition("fedora-44"), Architecture.X86_64, Source.ISO)
                        .checksums()
                        .orElseThrow()
                        .isListed())
                .isTrue();
    }

    @Test
    void localMediaRequireAFileAndADigest() {
        var rhel = catalog.definition("rhel-9").medium(Architecture.X86_64, Source.ISO);

        assertThatThrownBy(() -> rhel.published()).isInstanceOfSatisfying(Failure.class, failure -> {
            assertThat(failure.kind()).isEqualTo(Failure.Kind.USAGE);
            assertThat(failure.remedy()).contains("--iso", "--sha256");
        });
        assertThatThrownBy(() -> catalog.definition("rhel-9").medium(Architecture.X86_64, Source.IMAGE))
                .hasMessageContaining("rhel-9 has no image for x86_64");
    }

    private static MediaSource published(Definition definition, Architecture architecture, Source source) {
        return definition.medium(architecture, source).published();
    }
}
