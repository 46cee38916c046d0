/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.disk.ova;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cstemplates.core.CheckResult;
import dev.cstemplates.core.Failure;
import dev.cstemplates.disk.Contents;
import dev.cstemplates.disk.Sample;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class OvaReaderTest {

    @TempDir
    private Path folder;

    private final Sample disk = VmdkImage.mixed(4096).sample();

    @Test
    void readsAValidOva() throws IOException {
        var sample = new OvaImage(disk).sample();
        try (var reader = OvaReader.open(written(sample.file()))) {
            assertThat(Contents.of(reader)).isEqualTo(disk.content());
            assertThat(reader.zeroes(2 * 4096)).isEqualTo(2 * 4096);
            assertThat(OvaCheck.check(reader)).allMatch(CheckResult::isPassed).hasSizeGreaterThan(10);
        }
    }

    /** Text in the descriptor, its replacement, and the check that fails then. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        ovf:capacity=                                | vmw:capacity=                              | ovf-capacity
        "byte"                                       | "byte * 2^20"                              | ovf-capacity
        ovf:fileRef="file1"                          | ovf:fileRef="file2"                        | ovf-disks
        ovf:fileRef=                                 | fileRef=                                   | ovf-disks
        ovf:href="disk.vmdk"                         | ovf:href="disk.VMDK"                       | ovf-files
        ovf:href="disk.vmdk"                         | ovf:href="other.vmdk"                      | ovf-files
        ovf:href="disk.vmdk"                         | ovf:href="../disk.vmdk"                    | ovf-files
        ovf:size=                                    | size=                                      | ovf-files
        ovf:/disk/vmdisk1                            | ovf:/disk/vmdisk2                          | ovf-boot-disk
        rasd:HostResource                            | HostResource                               | ovf-boot-disk
        <rasd:Parent>3<                              | <rasd:Parent>9<                            | ovf-drives
        rasd:InstanceID>4<                           | rasd:InstanceID>3<                         | ovf-drives
        vmx-13                                       | vmx-13,vmx-14                              | ovf-hardware-version
        vmw:osType                                   | ovf:osType                                 | ovf-os-type
        http://www.vmware.com/schema/ovf             | urn:other                                  | ovf-namespaces
        xmlns:ovf="http://schemas.dmtf.org/ovf/envelope/1" | xmlns:ovf="urn:other"                | ovf-namespaces
        </VirtualSystem>                             | </VirtualSystem><VirtualSystem/>           | ovf-system
        </VirtualSystem>                             | </VirtualSystem><VirtualSystemCollection/> | ovf-system
        </NetworkSection>                            | <Network ovf:name="b"/></NetworkSection>   | ovf-network
        rasd:Connection>VM Network                   | rasd:Connection>other                      | ovf-network
        """)
    void reportsWhatCloudStackMisreads(String text, String other, String id) throws IOException {
        assertThat(failed(new OvaImage(disk).with(text, other))).contains("format." + id);
    }

    @Test
    void reportsAWrongManifestAndAnotherOrder() throws IOException {
        assertThat(failed(new OvaImage(disk).withWrongManifest())).containsExactly("format.ova-manifest");
        assertThat(failed(new OvaImage(disk).inOrder("disk.ovf", "disk.vmdk", "disk.mf")))
                .containsExactly("format.ova-order");
        assertThat(failed(new OvaImage(disk).inOrder("disk.ovf", "disk.vmdk")))
                .contains("format.ova-order", "format.ova-manifest");
    }

    @Test
    void refusesADescriptorWithExternalReferences() throws IOException {
        for (var prologue : List.of(
                "<!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/passwd\">]>",
                "<!DOCTYPE a [<!ENTITY b \"cccccccc\">]>",
                "<!DOCTYPE a SYSTEM \"http://127.0.0.1/a.dtd\">")) {
            refuses(new OvaImage(disk).with("?>\n", "?>\n" + prologue).sample().file(), "the OVF is not valid XML");
        }
        refuses(
                new OvaImage(disk)
                        .with("<Info/>", "<a>".repeat(40) + "</a>".repeat(40))
                        .sample()
                        .file(),
                "not valid XML");
    }

    @Test
    void refusesDamagedArchivesAndSpecialMembers() throws IOException {
        var bytes = new OvaImage(disk).sample().file();
        refuses(Arrays.copyOf(bytes, bytes.length - 1024), "has no end");
        refuses(Arrays.copyOf(bytes, bytes.length - 512), "the archive's end has 512 bytes");
        refuses(Arrays.copyOf(bytes, bytes.length + (64 << 10)), "the archive's end has");
        refuses(Arrays.copyOf(bytes, 700), "a multiple of 512");
        refuses(changed(bytes, 257, "ustar\0\0"), "at byte 257");
        for (var link : List.of("1", "2", "3", "4", "6", "S", "K", "V")) {
            refuses(changed(bytes, 156, link), "at byte 156");
        }
        refuses(changed(bytes, 156, "5"), "a folder has");
        refuses(changed(bytes, 156, "x"), "the extended header has no record");
        refuses(changed(bytes, 156, "g"), "the extended header has no record");
        refuses(changed(bytes, 0, "..\0"), ".ovf");
        refuses(changed(bytes, 0, "\0"), "a member has no name");
        refuses(changed(bytes, 124, "77777777777"), "at byte 124");
        refuses(changed(bytes, 124, "\u007f0000000000"), "at byte 124");
        refuses(changed(bytes, 124, "\u00ff0000000000"), "at byte 124");
        refuses(changed(bytes, 124, "\u0080\0\0\0\u00ff\0\0\0\0\0\0\0"), "the number is too large");
        refuses(changed(bytes, 124, "\u0080\0\0\0\u007f\0\0\0\0\0\0\0"), "an end inside the file's");
        refuses(changed(bytes, 148, "000000"), "at byte 148", false);
        refuses(
                new OvaImage(disk)
                        .inOrder("a.ovf", "a.mf", "a.ovf", "a.vmdk")
                        .sample()
                        .file(),
                "a second 'a.ovf'");
        refuses(new OvaImage(disk).inOrder("a.ovf").sample().file(), ".vmdk");
        refuses(new OvaImage(disk).inOrder("a.vmdk").sample().file(), ".ovf");
    }

    /** Offset in the first header and text to put there: readable, but not fit for CloudStack. */
    @ParameterizedTest
    @CsvSource({
        "257, 'ustar  '",
        "345, folder",
        "0, folder/disk.ovf",
        "0, -disk.ovf",
        "0, di sk.ovf",
        "0, d\u00eesk.ovf"
    })
    void readsOddHeadersButReportsThem(int at, String text) throws IOException {
        var bytes = changed(new OvaImage(disk).sample().file(), at, text + "\0");
        try (var reader = OvaReader.open(written(OvaImage.repaired(bytes)))) {
            assertThat(Contents.of(reader)).isEqualTo(disk.content());
            assertThat(OvaCheck.check(reader))
                    .filteredOn(CheckResult::isFailed)
                    .extracting(CheckResult::id)
                    .contains("format.ova-archive");
        }
    }

    @Test
    void readsASizeInBase256() throws IOException {
        var bytes = new OvaImage(disk).sample().file();
        var length = Integer.parseInt(new String(bytes, 124, 11, StandardCharsets.US_ASCII), 8);
        bytes[124] = (byte) 0x80;
        ByteBuffer.wrap(bytes).put(125, new byte[3]).putLong(128, length);
        try (var reader = OvaReader.open(written(OvaImage.repaired(bytes)))) {
            assertThat(Contents.of(reader)).isEqualTo(disk.content());
        }
    }

    @Test
    void reportsOffsetsOfTheWholeFile() throws IOException {
        var bytes = new OvaImage(disk).sample().file();
        var start = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("KDMV");
        bytes[start] = 0;
        refuses(bytes, "VMDK disk in an OVA: at byte " + start + " ");
    }

    /** Two empty blocks, then padding to a record of twenty: 2 to 21 blocks, depending on the members' length. */
    @Test
    void acceptsEachOfTheTwentyTailLengths() throws IOException {
        var whole = new OvaImage(disk).sample().file();
        var members = whole.length - 2 * 512;
        for (var blocks = 2; blocks <= 21; blocks++) {
            try (var reader = OvaReader.open(written(Arrays.copyOf(whole, members + blocks * 512)))) {
                assertThat(OvaCheck.check(reader)).as(blocks + " blocks").allMatch(CheckResult::isPassed);
            }
        }
        refuses(Arrays.copyOf(whole, members + 512), "the archive's end has 512 bytes");
        refuses(Arrays.copyOf(whole, members + 22 * 512), "the archive's end has 11264 bytes, expected 1024 to 10752");
    }

    private static byte[] changed(byte[] file, int at, String text) {
        var bytes = file.clone();
        System.arraycopy(text.getBytes(StandardCharsets.ISO_8859_1), 0, bytes, at, text.length());
        return bytes;
    }

    private void refuses(byte[] bytes, String message) throws IOException {
        refuses(bytes, message, true);
    }

    private void refuses(byte[] bytes, String message, boolean repaired) throws IOException {
        var file = written(repaired ? OvaImage.repaired(bytes) : bytes);
        assertThatThrownBy(() -> OvaReader.open(file))
                .isInstanceOf(Failure.class)
                .hasMessageContaining(message);
    }

    private List<String> failed(OvaImage image) throws IOException {
        try (var reader = OvaReader.open(written(image.sample().file()))) {
            return OvaCheck.check(reader).stream()
                    .filter(CheckResult::isFailed)
                    .map(CheckResult::id)
                    .toList();
        }
    }

    private Path written(byte[] bytes) throws IOException {
        return Files.write(Files.createTempFile(folder, "disk", ".ova"), bytes);
    }
}
