/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.disk;

import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/** A small valid file of some format, and its content. */
public final class Sample {

    private final byte[] file;
    private final byte[] content;
    private final int[] tables;
    private final UnaryOperator<byte[]> repair;

    /**
     * @param file the bytes of the file
     * @param content the bytes of the disk
     * @param tables offsets in the file of headers and tables: the bytes worth corrupting
     * @param repair fixes the checksums of a corrupted file, so that readers get past them
     */
    public Sample(byte[] file, byte[] content, int[] tables, UnaryOperator<byte[]> repair) {
        this.file = file;
        this.content = content;
        this.tables = tables;
        this.repair = repair;
    }

    public byte[] file() {
        return file;
    }

    public byte[] content() {
        return content;
    }

    public int[] tables() {
        return tables;
    }

    byte[] repaired(byte[] broken) {
        return repair.apply(broken);
    }

    /** The offsets from {@code from} on. */
    public static IntStream range(int from, int length) {
        return IntStream.range(from, from + length);
    }

    public static byte[] noise(int length, long seed) {
        var bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    public static byte[] text(int length) {
        var bytes = new byte[length];
        for (var index = 0; index < length; index++) {
            bytes[index] = (byte) ("compressible ".charAt(index % 13) + index / 4096);
        }
        return bytes;
    }
}
