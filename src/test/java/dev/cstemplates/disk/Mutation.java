/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.disk;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * One change to a file.
 *
 * @param place position, modulo the number of positions
 * @param value value to write, or the new length
 */
record Mutation(Kind kind, int place, long value) {

    /** Typical edge cases. */
    private static final long[] EDGES = {
        0,
        1,
        -1,
        2,
        511,
        512,
        513,
        65_535,
        65_536,
        Integer.MAX_VALUE,
        Integer.MIN_VALUE,
        Long.MAX_VALUE,
        Long.MIN_VALUE,
        1L << 32,
        1L << 62,
        0x00fffffffffffe00L,
        1 << 20,
        1 << 30
    };

    private static final List<Kind> IN_PLACE = List.of(Kind.FLIP_BIT, Kind.BYTE, Kind.INT, Kind.LONG, Kind.COPY);

    enum Kind {
        FLIP_BIT,
        BYTE,
        INT,
        LONG,
        COPY,
        TRUNCATE,
        EXTEND
    }

    /** Most mutations keep the length: a truncated file is refused early. */
    static Mutation random(Random random) {
        var value =
                random.nextBoolean() ? EDGES[random.nextInt(EDGES.length)] : random.nextLong() >>> random.nextInt(64);
        var kinds = random.nextInt(10) == 0 ? List.of(Kind.values()) : IN_PLACE;
        return new Mutation(kinds.get(random.nextInt(kinds.size())), random.nextInt(Integer.MAX_VALUE), value);
    }

    /** Returns the changed file; {@code tables} are the positions for changes in place. */
    byte[] applied(byte[] file, int[] tables) {
        if (file.length == 0) {
            return file;
        }
        var bytes = ByteBuffer.wrap(file.clone());
        var at = tables[place % tables.length] % file.length;
        switch (kind) {
            case FLIP_BIT -> bytes.put(at, (byte) (bytes.get(at) ^ 1 << (value & 7)));
            case BYTE -> bytes.put(at, (byte) value);
            case INT ->
                put(bytes, at & ~3, ByteBuffer.allocate(4).putInt((int) value).array());
            case LONG ->
                put(bytes, at & ~7, ByteBuffer.allocate(8).putLong(value).array());
            case COPY -> {
                var from = tables[(int) Long.remainderUnsigned(value, tables.length)] % file.length & ~7;
                put(bytes, at & ~7, Arrays.copyOfRange(file, from, from + 8));
            }
            case TRUNCATE -> {
                return Arrays.copyOf(file, (int) Long.remainderUnsigned(value, file.length));
            }
            case EXTEND -> {
                return Arrays.copyOf(file, file.length + 1 + (int) Long.remainderUnsigned(value, 4096));
            }
        }
        return bytes.array();
    }

    private static void put(ByteBuffer bytes, int at, byte[] what) {
        bytes.put(at, what, 0, Math.min(what.length, bytes.capacity() - at));
    }
}
