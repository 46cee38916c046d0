/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cstemplates.core.Digest;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Untrustworthy or unusable sources are refused before anything is downloaded. */
class MediaSourceTest {

    private static final Selection NEWEST = new Selection.Newest(Pattern.compile("os-\\d+\\.iso"));
    private static final List<Mirror> MIRRORS = List.of(new Mirror.Folder(URI.create("https://vendor.example/pub")));

    @Test
    void aLocalFileWithoutADigestIsNotTrusted() {
        var named = new Selection.Named("rhel-10.2-x86_64-dvd.iso", "10.2");
        var own = Optional.of(Path.of("/srv/rhel-10.2-x86_64-dvd.iso"));

        assertThatThrownBy(() -> new MediaSource("rhel-10", named, List.of(), Optional.empty(), SizeBounds.USUAL, own))
                .hasMessage("There is neither a digest nor a checksum file for rhel-10");
    }

    @Test
    void aPinAloneDoesNotLocateTheMedium() {
        var pinned = new Selection.Pinned("os-1.iso", "1", Workbench.sha256(new byte[0]));

        assertThatThrownBy(() ->
                        new MediaSource("os", pinned, List.of(), Optional.empty(), SizeBounds.USUAL, Optional.empty()))
                .hasMessage("There is neither a mirror nor a local file for os");
    }

    @Test
    void theNewestCannotBeFoundInAListNamedAfterIt() {
        var checksums = new Checksums(
                "{file}.sha256",
                new Checksums.Format.Gnu(),
                Digest.Algorithm.SHA256,
                new Signature.None("The vendor signs nothing."));

        assertThatThrownBy(() -> new MediaSource(
                        "os", NEWEST, MIRRORS, Optional.of(checksums), SizeBounds.USUAL, Optional.empty()))
                .hasMessageContaining("is named after the medium, whose name is not known yet");
    }

    @ParameterizedTest
    @ValueSource(strings = {"7202C79A", "D94AA3F0EFE21092", "0x843938DF228D22F7B3742BC0D94AA3F0EFE21092", ""})
    void aShortKeyIdIsNotAFingerprint(String text) {
        assertThatThrownBy(() -> Fingerprint.parse(text)).hasMessage("Invalid fingerprint '" + text + "'");
    }

    @Test
    void aFingerprintMayBeWrittenInGroups() {
        assertThat(Fingerprint.parse("8439 38DF 228D 22F7 B374  2BC0 D94A A3F0 EFE2 1092"))
                .isEqualTo(new Fingerprint("843938DF228D22F7B3742BC0D94AA3F0EFE21092"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"../etc/passwd", "a/b.iso", ".hidden", "a b.iso", ""})
    void aPathIsNotAFileName(String name) {
        assertThatThrownBy(() -> new Selection.Named(name, "1")).hasMessage("Invalid file name '" + name + "'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ftp://vendor.example/", "file:///srv/iso/", "vendor.example/pub", "https:///pub"})
    void aMirrorHasAnHttpUrl(String url) {
        assertThatThrownBy(() -> new Mirror.Folder(URI.create(url))).hasMessageStartingWith("Invalid URL: ");
    }

    @Test
    void aFolderUrlDoesNotRequireATrailingSlash() {
        assertThat(MIRRORS.getFirst().locate("os-1.iso")).hasToString("https://vendor.example/pub/os-1.iso");
    }
}
