/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.disk.io;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cstemplates.disk.Contents;
import dev.cstemplates.disk.MemoryDisk;
import dev.cstemplates.disk.Sample;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class PatchedReaderTest {

    private static final int SIZE = 4096;
    private static final int LARGER = 6000;

    private final byte[] below = Sample.noise(SIZE, 1);
    private final byte[] expected = Arrays.copyOf(below, LARGER);

    PatchedReaderTest() {
        Arrays.fill(below, 0, 1000, (byte) 0);
        Arrays.fill(expected, 0, 1000, (byte) 0);
    }

    @Test
    void readsPatchesAndZeroesBeyondTheUnderlyingDisk() {
        var reader = patched(Map.of(500L, 20, 2000L, 1, 4090L, 100, 5999L, 1));

        assertThat(reader.size()).isEqualTo(LARGER);
        assertThat(Contents.of(reader)).isEqualTo(expected);
        assertThat(Contents.differenceInPieces(reader, expected, 3)).isEmpty();
    }

    @Test
    void aReadMayStartAndEndInsideAPatch() {
        var reader = patched(Map.of(100L, 300));

        assertThat(Contents.of(reader, 150, 10)).isEqualTo(Arrays.copyOfRange(expected, 150, 160));
        assertThat(Contents.of(reader, 390, 20)).isEqualTo(Arrays.copyOfRange(expected, 390, 410));
    }

    @Test
    void zeroRunsEndAtPatchesAndJoinTheAddedEnd() {
        var reader = patched(Map.of(500L, 20, 5000L, 10));

        assertThat(reader.zeroes(0)).isEqualTo(500);
        assertThat(reader.zeroes(510)).isZero();
        assertThat(reader.zeroes(520)).isEqualTo(480);
        assertThat(reader.zeroes(1000)).isZero();
        assertThat(reader.zeroes(SIZE)).isEqualTo(5000 - SIZE);
        assertThat(reader.zeroes(5010)).isEqualTo(LARGER - 5010);
        var empty = new PatchedReader(new MemoryDisk(new byte[SIZE], SIZE), LARGER, new TreeMap<>());
        assertThat(empty.zeroes(10)).isEqualTo(LARGER - 10);
    }

    @Test
    void findsPatchesThatOverlapARange() {
        var reader = patched(Map.of(500L, 20));

        assertThat(reader.isPatched(0, 500)).isFalse();
        assertThat(reader.isPatched(0, 501)).isTrue();
        assertThat(reader.isPatched(519, 1)).isTrue();
        assertThat(reader.isPatched(520, 1000)).isFalse();
    }

    private PatchedReader patched(Map<Long, Integer> lengths) {
        var patches = new TreeMap<Long, byte[]>();
        lengths.forEach((offset, length) -> {
            var patch = Sample.noise(length, offset);
            patches.put(offset, patch);
            System.arraycopy(patch, 0, expected, offset.intValue(), length);
        });
        return new PatchedReader(new MemoryDisk(below, 1000), LARGER, patches);
    }
}
