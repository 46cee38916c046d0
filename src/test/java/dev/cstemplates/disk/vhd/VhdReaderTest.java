/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.disk.vhd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cstemplates.core.CheckResult;
import dev.cstemplates.core.Failure;
import dev.cstemplates.disk.Contents;
import dev.cstemplates.disk.Sample;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class VhdReaderTest {

    private static final Clock NOW = Clock.fixed(Instant.parse("2026-01-01T00:00:00Z"), ZoneOffset.UTC);

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(ints = {4096, 1 << 16, 2 << 20})
    void readsBlocksAndHonoursTheirBitmaps(int blockSize) throws IOException {
        var sample = VhdImage.mixed(blockSize).sample();
        try (var reader = VhdReader.open(written(sample.file()))) {
            assertThat(reader.size()).isEqualTo(sample.content().length);
            assertThat(Contents.of(reader)).isEqualTo(sample.content());
            assertThat(Contents.differenceInPieces(reader, sample.content(), 5)).isEmpty();
            assertThat(reader.zeroes(0)).isZero();
            assertThat(reader.zeroes(512)).isEqualTo(1024);
            assertThat(reader.zeroes(2L * blockSize)).isEqualTo(2L * blockSize);
            assertThat(reader.zeroes(5L * blockSize + 1)).isEqualTo(2L * blockSize - 1);
        }
    }

    @Test
    void readsAFixedDisk() throws IOException {
        var content = Sample.noise(8192, 1);
        var file = written(fixed(content));
        try (var reader = VhdReader.open(file)) {
            assertThat(Contents.of(reader)).isEqualTo(content);
            assertThat(reader.zeroes(0)).isZero();
            assertThat(failed(reader)).contains("format.vhd-type", "format.vhd-cloudstack-size");
        }
    }

    @Test
    void acceptsADiskAsTapdiskWritesIt() throws IOException {
        var image = new VhdImage(4 << 20, 2 << 20).full(1, Sample.noise(2 << 20, 1));
        try (var reader = VhdReader.open(written(image.sample().file()))) {
            assertThat(failed(reader)).isEmpty();
        }
    }

    /** Offset and value (8 bytes if large, else 4), and the check that fails. Checksums are fixed. */
    @ParameterizedTest
    @CsvSource({
        "  8, 3, vhd-features",
        " 24, 900000000, vhd-timestamp",
        " 28, 2003398002, vhd-creator",
        " 32, 65538, vhd-creator",
        " 36, 1466507895, vhd-creator",
        " 44, 4194816, vhd-size",
        " 56, 268439569, vhd-geometry",
        " 84, 16777216, vhd-reserved",
        "508, 1, vhd-reserved",
        "552, 1, vhd-parent",
        "540, 3, vhd-bat",
    })
    void reportsWhatXenServerRejects(int at, int value, String id) throws IOException {
        var image = new VhdImage(4 << 20, 2 << 20);
        var bytes = ByteBuffer.wrap(image.sample().file()).putInt(at, value).array();
        try (var reader = VhdReader.open(written(image.repaired(bytes)))) {
            assertThat(failed(reader)).contains("format." + id);
        }
    }

    @Test
    void reportsOtherBlocksAMissingUuidAndAnOddSize() throws IOException {
        var image = new VhdImage((4 << 20) + 512, 1 << 20);
        var bytes = ByteBuffer.wrap(image.sample().file())
                .putLong(68, 0)
                .putLong(76, 0)
                .array();
        try (var reader = VhdReader.open(written(image.repaired(bytes)))) {
            assertThat(failed(reader))
                    .containsExactlyInAnyOrder(
                            "format.vhd-uuid", "format.vhd-size", "format.vhd-blocks", "format.vhd-bat");
        }
    }

    /** Values for a file with blocks of 4096 bytes: BAT at 1536, batmap at 2048, its bits at 2560, blocks from 3072 on. */
    @ParameterizedTest
    @CsvSource({
        "  12, 131072, at byte 21516", // version: of the footer at the end
        "  52, 1, at byte 21552", // size
        "  60, 4, at byte 21564", // differencing
        "  16, -1, at byte 16", // header after the end
        " 512, 0, at byte 512",
        " 520, 0, at byte 520",
        " 528, -1, at byte 528",
        " 536, 1, at byte 536",
        " 540, 7, at byte 540", // fewer entries than blocks
        " 540, -1, at byte 528", // absurdly many
        " 544, 6144, at byte 544",
        " 544, 0, at byte 544",
        "1536, 1, at byte 1536", // a block in the header
        "1536, 1000000, at byte 1536", // after the end
        "1544, 7, at byte 1536", // in another
        "2048, 0, at byte 2048",
        "2056, -1, at byte 2056",
        "2064, 0, at byte 2056",
        "2068, 65539, at byte 2068",
        "2560, -1, at byte 1544", // an unused block that is full
    })
    void refusesInvalidFieldsWithTheirOffset(int at, int value, String named) throws IOException {
        var image = VhdImage.mixed(4096);
        var bytes = ByteBuffer.wrap(image.sample().file()).putInt(at, value).array();
        var file = written(image.repaired(bytes));
        assertThatThrownBy(() -> VhdReader.open(file))
                .isInstanceOf(Failure.class)
                .hasMessageContaining(named)
                .hasMessageContaining("expected");
    }

    @ParameterizedTest
    @ValueSource(ints = {8, 64, 520, 548, 2072, 2561})
    void refusesAWrongChecksum(int at) throws IOException {
        var bytes = VhdImage.mixed(4096).sample().file();
        bytes[at] ^= 1;
        var file = written(bytes);
        assertThatThrownBy(() -> VhdReader.open(file)).isInstanceOf(Failure.class);
    }

    private static byte[] fixed(byte[] content) {
        var footer = ByteBuffer.wrap(new VhdImage(content.length, 4096).sample().file(), 0, 512)
                .slice();
        footer.putLong(16, -1).putInt(60, 2).putInt(64, 0);
        var sum = 0;
        for (var index = 0; index < 512; index++) {
            sum += footer.get(index) & 0xff;
        }
        footer.putInt(64, ~sum);
        return ByteBuffer.allocate(content.length + 512)
                .put(content)
                .put(footer)
                .array();
    }

    private static List<String> failed(VhdReader reader) {
        return new VhdCheck(NOW)
                .check(reader).stream()
                        .filter(CheckResult::isFailed)
                        .map(CheckResult::id)
                        .toList();
    }

    private Path written(byte[] bytes) throws IOException {
        return Files.write(Files.createTempFile(folder, "disk", ".vhd"), bytes);
    }
}
