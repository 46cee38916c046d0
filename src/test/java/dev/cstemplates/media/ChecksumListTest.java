/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cstemplates.core.Digest;
import java.util.Locale;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ChecksumListTest {

    private static final String ONE = "1".repeat(64);
    private static final String TWO = "2".repeat(64);
    private static final Selection.Newest ISOS =
            new Selection.Newest(Pattern.compile("os-(?<version>[0-9.]+)-x86_64\\.iso"));

    @Test
    void allVariantsOfGnuLinesAreRead() {
        var list = gnu("""
            # made by hand
            %s *os-1-x86_64.iso
            %s  ./os-2-x86_64.iso
            something else
            """.formatted(ONE, TWO));

        assertThat(list.of("os-1-x86_64.iso").hex()).isEqualTo(ONE);
        assertThat(list.of("os-2-x86_64.iso").hex()).isEqualTo(TWO);
    }

    @Test
    void digestsOfAnotherAlgorithmAreIgnored() {
        var list = bsd("""
            # os-1-x86_64.iso: 1049538560 bytes
            SHA512 (os-1-x86_64.iso) = %s
            MD5 (os-1-x86_64.iso) = 00000000000000000000000000000000
            SHA256 (os-1-x86_64.iso) = %s
            """.formatted("3".repeat(128), ONE.toUpperCase(Locale.ROOT)));

        assertThat(list.of("os-1-x86_64.iso").hex()).isEqualTo(ONE);
    }

    @Test
    void theNewestHasTheHighestVersionNotTheLastName() {
        var list =
                bsd(line("os-10.9-x86_64.iso", ONE) + line("os-10.10-x86_64.iso", TWO) + line("os-11-arm64.iso", ONE));

        assertThat(list.newest(ISOS).version()).isEqualTo("10.10");
        assertThat(list.newest(ISOS).digest().hex()).isEqualTo(TWO);
    }

    @Test
    void aNameOutsideOfTheFolderIsNeverSelected() {
        var anything = new Selection.Newest(Pattern.compile(".*"));

        assertThatThrownBy(() -> bsd(line("../../etc/cron.d/os.iso", ONE)).newest(anything))
                .hasMessageContaining("contains no digest for a name that matches");
    }

    @Test
    void aContradictoryListIsRejected() {
        assertThatThrownBy(() -> bsd(line("os-1-x86_64.iso", ONE) + line("os-1-x86_64.iso", TWO)))
                .hasMessage("LIST contains two different digests for os-1-x86_64.iso");
    }

    @Test
    void aFileForOneMediumMayOmitTheNameButHasOneDigest() {
        var nameless = Pattern.compile("");

        assertThat(gnu(ONE + "\n").only(nameless).hex()).isEqualTo(ONE);
        assertThatThrownBy(() -> gnu(ONE + "  a.iso\n" + TWO + "  b.iso\n").only(nameless))
                .hasMessage("LIST contains 2 digests, expected one");
    }

    @Test
    void sha512ListsAreRead() {
        var hex = "5".repeat(128);
        var list = ChecksumList.parse(
                "LIST", hex + "  os.install.iso\n", new Checksums.Format.Gnu(), Digest.Algorithm.SHA512);

        assertThat(list.only(Pattern.compile("os\\.install\\.iso"))).hasToString("sha512:" + hex);
    }

    private static String line(String name, String hex) {
        return "SHA256 (%s) = %s\n".formatted(name, hex);
    }

    private static ChecksumList gnu(String text) {
        return ChecksumList.parse("LIST", text, new Checksums.Format.Gnu(), Digest.Algorithm.SHA256);
    }

    private static ChecksumList bsd(String text) {
        return ChecksumList.parse("LIST", text, new Checksums.Format.Bsd(), Digest.Algorithm.SHA256);
    }
}
