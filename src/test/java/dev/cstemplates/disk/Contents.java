/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.disk;

import dev.cstemplates.disk.io.DiskReader;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;

/** Reads disks that are small enough for memory. */
public final class Contents {

    private Contents() {}

    public static byte[] of(DiskReader reader) {
        var bytes = ByteBuffer.allocate(Math.toIntExact(reader.size()));
        reader.read(0, bytes);
        return bytes.array();
    }

    public static byte[] of(DiskReader reader, long offset, int length) {
        var bytes = ByteBuffer.allocateDirect(length);
        reader.read(offset, bytes);
        var array = new byte[length];
        bytes.flip().get(array);
        return array;
    }

    /** Reads random ranges; describes the first one that differs from {@code content}, or returns an empty text. */
    public static String differenceInPieces(DiskReader reader, byte[] content, long seed) {
        var random = new Random(seed);
        for (var round = 0; round < 200; round++) {
            var from = random.nextInt(content.length);
            var length = random.nextInt(Math.min(content.length - from, 200_000)) + 1;
            if (!Arrays.equals(of(reader, from, length), Arrays.copyOfRange(content, from, from + length))) {
                return length + " bytes from " + from;
            }
        }
        return "";
    }

    /** Checks that all zero runs of the tables are zero; returns their total length. */
    static long zeroes(DiskReader reader, byte[] content, int step) {
        var sum = 0L;
        for (var at = 0; at < content.length; ) {
            var zero = (int) reader.zeroes(at);
            for (var index = at; index < at + zero; index++) {
                if (content[index] != 0) {
                    throw new AssertionError("byte " + index + " is in a zero run");
                }
            }
            sum += zero;
            at += zero == 0 ? step : zero;
        }
        return sum;
    }
}
