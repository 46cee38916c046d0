/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.disk.qcow2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cstemplates.core.Failure;
import dev.cstemplates.disk.Contents;
import dev.cstemplates.disk.Sample;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class Qcow2ReaderTest {

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({"2, 9", "3, 9", "3, 12", "2, 16", "3, 16"})
    void readsEveryKindOfCluster(int version, int clusterBits) throws IOException {
        var sample = Qcow2Image.mixed(version, clusterBits).sample();
        try (var reader = Qcow2Reader.open(written(sample.file()))) {
            assertThat(reader.size()).isEqualTo(sample.content().length);
            assertThat(Contents.of(reader)).isEqualTo(sample.content());
            assertThat(Contents.differenceInPieces(reader, sample.content(), 5)).isEmpty();
        }
    }

    @Test
    void findsZeroRunsInTheTables() throws IOException {
        var cluster = 65_536;
        try (var reader =
                Qcow2Reader.open(written(Qcow2Image.mixed(3, 16).sample().file()))) {
            assertThat(reader.zeroes(0)).isZero();
            assertThat(reader.zeroes(2L * cluster)).isEqualTo(cluster);
            assertThat(reader.zeroes(2L * cluster + 100)).isEqualTo(cluster - 100);
            assertThat(reader.zeroes(7L * cluster)).isEqualTo(13L * cluster);
            assertThat(reader.zeroes(20L * cluster)).isZero();
            assertThat(reader.zeroes(reader.size())).isZero();
        }
    }

    @Test
    void skipsAbsentTablesUpToTheEnd() throws IOException {
        var image = new Qcow2Image(3, 9, 1 << 20).plain(3, Sample.noise(512, 1));
        try (var reader = Qcow2Reader.open(written(image.sample().file()))) {
            assertThat(reader.zeroes(4 * 512)).isEqualTo((1 << 20) - 4 * 512);
        }
    }

    @Test
    void readsTheBackingDisk() throws IOException {
        var cluster = 512;
        var below = new Qcow2Image(3, 9, 10 * cluster)
                .plain(1, Sample.noise(cluster, 1))
                .plain(2, Sample.noise(cluster, 2));
        // Larger than its backing disk by one and a half clusters.
        var above = new Qcow2Image(3, 9, 11 * cluster + 256)
                .backed()
                .zero(1)
                .plain(3, Sample.noise(cluster, 3))
                .compressed(11, Sample.text(cluster));
        var expected = Arrays.copyOf(above.sample().content(), 11 * cluster + 256);
        System.arraycopy(below.sample().content(), 2 * cluster, expected, 2 * cluster, cluster);
        try (var backing = Qcow2Reader.open(written(below.sample().file()));
                var reader = Qcow2Reader.open(written(above.sample().file()), backing)) {
            assertThat(Contents.of(reader)).isEqualTo(expected);
            assertThat(Contents.differenceInPieces(reader, expected, 6)).isEmpty();
            var own = IntStream.range(0, 12).filter(number -> reader.isOwn((long) number * cluster));
            assertThat(own).containsExactly(1, 3, 10, 11);
            assertThat(reader.zeroes(0)).isEqualTo(2L * cluster);
            assertThat(reader.zeroes(2L * cluster)).isZero();
            assertThat(reader.zeroes(4L * cluster)).isEqualTo(7L * cluster);
        }
    }

    @Test
    void opensNoBackingFileByItself() throws IOException {
        var backed = written(new Qcow2Image(3, 9, 5120).backed().sample().file());
        assertThatThrownBy(() -> Qcow2Reader.open(backed))
                .isInstanceOf(Failure.class)
                .hasMessageContaining("at byte 8 a backing file is named");
        var whole = written(new Qcow2Image(3, 9, 5120).sample().file());
        try (var other = Qcow2Reader.open(whole)) {
            assertThatThrownBy(() -> Qcow2Reader.open(whole, other))
                    .isInstanceOf(Failure.class)
                    .hasMessageContaining("at byte 8");
        }
    }

    @Test
    void isThreadSafe() throws Exception {
        var sample = Qcow2Image.mixed(3, 12).sample();
        try (var reader = Qcow2Reader.open(written(sample.file()));
                var threads = Executors.newFixedThreadPool(8)) {
            var tasks = IntStream.range(0, 32)
                    .<Callable<String>>mapToObj(
                            seed -> () -> Contents.differenceInPieces(reader, sample.content(), seed))
                    .toList();
            for (var task : threads.invokeAll(tasks)) {
                assertThat(task.get()).isEmpty();
            }
        }
    }

    /** Where the 8 bytes go, what they are, which offset the failure names. In clusters of 512: L1 at 1024, its L2 table at 2048. */
    @ParameterizedTest
    @CsvSource({
        "  32, 4294967296, 32", // encrypted; the L1 size after it becomes 0
        "  72, 4, 72", // data in another file
        "  72, 2, 72", // marked as corrupt
        "  72, 16, 72", // extended L2
        "  72, 32, 72", // undefined in every version
        "  32, 8388608, 40", // an L1 table of 64 MiB
        "1024, 2049, 1024", // reserved bit
        "1024, 2052, 1024",
        "1024, 512000, 1024", // outside the file
        "1024, 4611686018427387904, 1024", // compressed L1
        "1024, 1024, 1024", // on itself
        "2048, 512001024, 2048", // outside the file
        "2048, 1026, 2048", // reserved bit
        "2048, 72057594037927936, 2048", // reserved bit 56
        "2048, 1024, 2048", // a cluster on the L1 table
        "2048, 4611686018427387904, 2048", // compressed in the header
        "2048, 4611686018428387904, 2048", // compressed data after the end
    })
    void refusesInvalidTablesWithTheirOffset(int at, long value, int named) throws IOException {
        var bytes = ByteBuffer.wrap(Qcow2Image.mixed(3, 9).sample().file());
        if (at == 32 && value == 4294967296L) {
            bytes.putInt(32, 1);
        } else {
            bytes.putLong(at, value);
        }
        var file = written(bytes.array());
        assertThatThrownBy(() -> {
                    try (var reader = Qcow2Reader.open(file)) {
                        Contents.of(reader);
                    }
                })
                .isInstanceOf(Failure.class)
                .hasMessageContaining("at byte " + named + " ")
                .hasMessageContaining("expected");
    }

    @Test
    void refusesZstd() throws IOException {
        var bytes = ByteBuffer.wrap(Qcow2Image.mixed(3, 9).sample().file());
        var file =
                written(bytes.putLong(72, 8).putInt(100, 112).put(104, (byte) 1).array());
        assertThatThrownBy(() -> Qcow2Reader.open(file))
                .isInstanceOf(Failure.class)
                .hasMessageContaining("zstd")
                .hasMessageContaining("at byte 104");
    }

    @Test
    void refusesADamagedCompressedCluster() throws IOException {
        var sample = Qcow2Image.mixed(3, 16).sample();
        var bytes = ByteBuffer.wrap(sample.file());
        var stream = (int) (bytes.getLong((int) (bytes.getLong(2 * 65_536) & 0xffffffL) + 3 * 8) & 0xffffffL);
        bytes.putLong(stream, -1);
        var file = written(bytes.array());
        try (var reader = Qcow2Reader.open(file)) {
            assertThatThrownBy(() -> Contents.of(reader))
                    .isInstanceOf(Failure.class)
                    .hasMessageContaining("at byte " + stream + " ");
        }
    }

    @Test
    void refusesAZeroFlagInVersion2() throws IOException {
        var file = written(new Qcow2Image(2, 9, 5120).zero(1).sample().file());
        try (var reader = Qcow2Reader.open(file)) {
            assertThatThrownBy(() -> reader.zeroes(0))
                    .isInstanceOf(Failure.class)
                    .hasMessageContaining("reserved");
        }
    }

    private Path written(byte[] bytes) throws IOException {
        return Files.write(Files.createTempFile(folder, "disk", ".qcow2"), bytes);
    }
}
