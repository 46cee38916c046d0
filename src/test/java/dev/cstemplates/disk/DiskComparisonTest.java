/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cstemplates.core.Failure;
import dev.cstemplates.disk.io.DiskReader;
import dev.cstemplates.disk.qcow2.Qcow2Image;
import dev.cstemplates.disk.qcow2.Qcow2Reader;
import dev.cstemplates.disk.raw.RawReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DiskComparisonTest {

    private static final int SIZE = (5 << 20) + 1536;

    @TempDir
    private Path folder;

    @Test
    void findsTheFirstOfManyDifferences() throws IOException {
        var content = Sample.noise(SIZE, 1);
        assertThat(compare(content, content)).isEmpty();
        for (var first : new int[] {0, 511, 1 << 20, (3 << 20) - 1, SIZE - 1}) {
            var other = content.clone();
            for (var at = first; at < SIZE; at += 700_000) {
                other[at] ^= 1;
            }
            assertThat(compare(content, other)).hasValue(first);
        }
    }

    @Test
    void theRestOfALongerDiskMustBeZero() throws IOException {
        var content = Sample.noise(SIZE, 1);
        var longer = Arrays.copyOf(content, SIZE + (3 << 20));
        assertThat(compare(content, longer)).isEmpty();
        assertThat(compare(longer, content)).isEmpty();
        longer[SIZE + 2_000_000] = 1;
        assertThat(compare(content, longer)).hasValue(SIZE + 2_000_000);
    }

    @Test
    void comparesFormatsAndHugeSparseDisks() throws IOException {
        var image = new Qcow2Image(3, 16, 8 << 20).plain(70, Sample.noise(65_536, 1));
        var file = written(image.sample().file());
        try (var disk = Qcow2Reader.open(file);
                var raw = RawReader.open(written(image.sample().content()));
                var huge = new Resized(disk, 1L << 45)) {
            assertThat(DiskComparison.firstDifference(disk, raw, at -> {})).isEmpty();
            assertThat(DiskComparison.firstDifference(disk, huge, at -> {})).isEmpty();
        }
    }

    @Test
    void propagatesTheFailureOfAReader() throws IOException {
        var bytes = ByteBuffer.wrap(new Qcow2Image(3, 16, 1 << 20)
                .compressed(3, Sample.text(65_536))
                .sample()
                .file());
        var table = (int) bytes.getLong(2 * 65_536) & 0xffffff;
        bytes.putLong((int) bytes.getLong(table + 24) & 0xffffff, -1);
        try (var broken = Qcow2Reader.open(written(bytes.array()))) {
            assertThatThrownBy(() -> DiskComparison.firstDifference(broken, broken, at -> {}))
                    .isInstanceOf(Failure.class)
                    .hasMessageContaining("at byte");
        }
    }

    /** A disk with appended zeroes. */
    private record Resized(DiskReader disk, long size) implements DiskReader {

        @Override
        public void read(long offset, ByteBuffer target) {
            disk.read(offset, target);
        }

        @Override
        public long zeroes(long offset) {
            return offset >= disk.size() ? size - offset : disk.zeroes(offset);
        }

        @Override
        public void close() {}
    }

    private OptionalLong compare(byte[] one, byte[] other) throws IOException {
        try (var first = RawReader.open(written(one));
                var second = RawReader.open(written(other))) {
            return DiskComparison.firstDifference(first, second, at -> {});
        }
    }

    private Path written(byte[] bytes) throws IOException {
        return Files.write(Files.createTempFile(folder, "disk", ""), bytes);
    }
}
