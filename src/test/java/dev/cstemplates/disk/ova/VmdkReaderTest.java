/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.disk.ova;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cstemplates.core.Failure;
import dev.cstemplates.disk.Contents;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class VmdkReaderTest {

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(ints = {4096, 65_536})
    void readsStreamedGrains(int grain) throws IOException {
        var sample = VmdkImage.mixed(grain).sample();
        try (var reader = VmdkReader.open(written(sample.file()))) {
            assertThat(Contents.of(reader)).isEqualTo(sample.content());
            assertThat(Contents.differenceInPieces(reader, sample.content(), 5)).isEmpty();
            assertThat(reader.zeroes(0)).isZero();
            assertThat(reader.zeroes(2L * grain + 1)).isEqualTo(2L * grain - 1);
            assertThat(reader.zeroes(5L * grain)).isEqualTo(4L * grain);
        }
    }

    /** Of 4096-byte grains: descriptor at 512, the first grain at 1024. Header and footer stay the same. */
    @ParameterizedTest
    @CsvSource({
        "   0, 0, at byte 0",
        "   4, 4, at byte 4",
        "   8, 65537, at byte 8", // compressed without markers
        "  12, -1, at byte 512", // another size than the descriptor's
        "  16, -1, at byte 12",
        "  20, 9, at byte 20",
        "  20, 0, at byte 20",
        "  28, 0, at byte 28",
        "  28, 1000000, at byte 28",
        "  36, 1000, at byte 28",
        "  44, 1024, at byte 44",
        "  73, 168626701, at byte 73", // transferred as text
        "  77, 2, at byte 77",
        " 512, 0, at byte 512",
        "1024, 1, at byte 1024", // another grain's marker
        "1032, 0, at byte 1032",
        "1032, -1, at byte 1032",
        "1036, -1, at byte 1024", // no zlib
    })
    void refusesInvalidFieldsWithTheirOffset(int at, int value, String named) throws IOException {
        var bytes = ByteBuffer.wrap(VmdkImage.mixed(4096).sample().file()).order(ByteOrder.LITTLE_ENDIAN);
        var file = written(VmdkImage.repaired(bytes.putInt(at, value).array()));
        assertThatThrownBy(() -> {
                    try (var reader = VmdkReader.open(file)) {
                        Contents.of(reader);
                    }
                })
                .isInstanceOf(Failure.class)
                .hasMessageContaining(named)
                .hasMessageContaining("expected");
    }

    @Test
    void refusesADifferentOrMissingFooter() throws IOException {
        var bytes = VmdkImage.mixed(4096).sample().file();
        bytes[bytes.length - 1024 + 12] ^= 1;
        var differs = written(bytes);
        assertThatThrownBy(() -> VmdkReader.open(differs))
                .isInstanceOf(Failure.class)
                .hasMessageContaining("at byte " + (bytes.length - 1024 + 12) + " the footer differs");
        var cut = written(Arrays.copyOf(bytes, bytes.length - 512));
        assertThatThrownBy(() -> VmdkReader.open(cut))
                .isInstanceOf(Failure.class)
                .hasMessageContaining("no marker");
    }

    private Path written(byte[] bytes) throws IOException {
        return Files.write(Files.createTempFile(folder, "disk", ".vmdk"), bytes);
    }
}
