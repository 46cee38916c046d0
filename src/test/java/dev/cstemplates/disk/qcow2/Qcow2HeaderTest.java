/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.disk.qcow2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cstemplates.core.CheckResult;
import dev.cstemplates.core.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class Qcow2HeaderTest {

    @TempDir
    private Path folder;

    @Test
    void readsAValidHeader() throws IOException {
        var header = Qcow2Header.read(new Qcow2Bytes().writeTo(file()));
        assertThat(header.version()).isEqualTo(3);
        assertThat(header.clusterSize()).isEqualTo(65_536);
        assertThat(header.virtualSize()).isEqualTo(64L << 20);
        assertThat(header.hasBackingFile()).isFalse();
        assertThat(header.extensions()).isEmpty();
        assertThat(Qcow2Policy.check(header)).allMatch(CheckResult::isPassed);
    }

    /** Width of the field in bytes, its offset, an invalid value. */
    @ParameterizedTest
    @CsvSource({
        "4,   0, 1179403647",
        "4,   4, 1",
        "4,   4, 4",
        "4,   4, -1",
        "4,  20, 8",
        "4,  20, 22",
        "4,  20, -1",
        "8,  24, 0",
        "8,  24, -1",
        "8,  24, 9223372036854775807",
        "4,  32, 3",
        "4,  36, 0",
        "4,  36, -1",
        "8,  40, 0",
        "8,  40, 65537",
        "8,  40, 9223372036854710272",
        "8,  40, -65536",
        "8,  48, 1099511627776",
        "4,  56, 0",
        "4,  56, -1",
        "4,  60, -1",
        "4,  60, 100",
        "4,  96, 7",
        "4, 100, 0",
        "4, 100, 105",
        "4, 100, 131072",
        "4, 100, -8",
    })
    void refusesAFieldOutOfRangeAndNamesItsOffset(int width, int offset, long value) throws IOException {
        var bytes = new Qcow2Bytes();
        var file = (width == 4 ? bytes.intAt(offset, (int) value) : bytes.longAt(offset, value)).writeTo(file());
        var named = offset == 60 && value == 100 ? 64 : offset == 56 && value == -1 ? 48 : offset;
        assertThatThrownBy(() -> Qcow2Header.read(file))
                .isInstanceOf(Failure.class)
                .hasMessageContaining(named == 36 && value == -1 ? "at byte 40" : "at byte " + named + " ")
                .hasMessageContaining("expected");
    }

    @Test
    void refusesABackingFileNameOutsideTheFirstCluster() throws IOException {
        var file = new Qcow2Bytes().longAt(8, 65_530).intAt(16, 20).writeTo(file());
        assertThatThrownBy(() -> Qcow2Header.read(file))
                .isInstanceOf(Failure.class)
                .hasMessageContaining("at byte 8");
    }

    @Test
    void refusesAHeaderExtensionBeyondTheCluster() throws IOException {
        var file = new Qcow2Bytes()
                .intAt(112, 0x6803f857)
                .intAt(116, Integer.MAX_VALUE)
                .writeTo(file());
        assertThatThrownBy(() -> Qcow2Header.read(file))
                .isInstanceOf(Failure.class)
                .hasMessageContaining("at byte 112");
    }

    @Test
    void refusesFilesTruncatedBeforeTheEndOfTheirTables() throws IOException {
        var whole = Files.readAllBytes(new Qcow2Bytes().writeTo(file()));
        for (var length : List.of(0, 1, 4, 71, 72, 103, 104, 512, 65_535, 65_536, 131_071, 196_608, 196_615)) {
            var cut = Files.write(folder.resolve("cut"), Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> Qcow2Header.read(cut))
                    .as("%d bytes", length)
                    .isInstanceOf(Failure.class)
                    .hasMessageContaining("expected");
        }
    }

    @Test
    void failsCleanlyOnRandomBytesAfterTheMagic() throws IOException {
        var random = new Random(7);
        for (var round = 0; round < 300; round++) {
            var bytes = Files.readAllBytes(new Qcow2Bytes().writeTo(file()));
            for (var hit = 0; hit < 6; hit++) {
                bytes[4 + random.nextInt(200)] = (byte) random.nextInt();
            }
            var broken = Files.write(folder.resolve("broken"), bytes);
            try {
                Qcow2Header.read(broken);
            } catch (Failure expected) {
                assertThat(expected.message()).contains("byte");
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "8, 8, 4096, format.backing-file",
        "8, 72, 4, format.external-data",
        "8, 72, 4, format.cloudstack-features",
        "8, 72, 16, format.extended-l2",
        "8, 72, 16, format.cloudstack-features",
        "8, 72, 4294967296, format.cloudstack-features",
        "8, 72, 1, format.dirty",
        "8, 72, 2, format.corrupt",
        "4, 104, 16777216, format.compression",
        "4, 32, 2, format.encryption",
        "4, 4, 2, format.version",
        "4, 112, 595929205, format.bitmaps",
        "4, 112, 1145132097, format.external-data",
    })
    void reportsWhatCloudStackOrTheProfileRejects(int width, int offset, long value, String id) throws IOException {
        var bytes = new Qcow2Bytes().intAt(16, offset == 8 ? 8 : 0);
        var file = (width == 4 ? bytes.intAt(offset, (int) value) : bytes.longAt(offset, value)).writeTo(file());
        assertThat(Qcow2Policy.check(Qcow2Header.read(file)))
                .filteredOn(CheckResult::isFailed)
                .extracting(CheckResult::id)
                .contains(id);
    }

    @Test
    void readsTheFeatureWordOfAVersion2FileAsCloudStackDoes() throws IOException {
        var file = new Qcow2Bytes().intAt(4, 2).longAt(72, 0x20).writeTo(file());
        var header = Qcow2Header.read(file);
        assertThat(header.incompatibleFeatures()).isZero();
        assertThat(header.wordAt72()).isEqualTo(0x20);
    }

    private Path file() {
        return folder.resolve("disk.qcow2");
    }
}
