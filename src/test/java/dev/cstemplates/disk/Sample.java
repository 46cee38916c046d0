package dev.cstemplates.disk;

import java.util.Random;

/** A small sound file of some format, and what it holds. */
final class Sample {

    private final byte[] file;
    private final byte[] content;
    private final int[] tables;

    /**
     * @param file the bytes of the file
     * @param content the bytes of the disk
     * @param tables offsets in the file where headers and tables are: what is worth breaking
     */
    Sample(byte[] file, byte[] content, int[] tables) {
        this.file = file;
        this.content = content;
        this.tables = tables;
    }

    byte[] file() {
        return file;
    }

    byte[] content() {
        return content;
    }

    int[] tables() {
        return tables;
    }

    static byte[] noise(int length, long seed) {
        var bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    static byte[] text(int length) {
        var bytes = new byte[length];
        for (var index = 0; index < length; index++) {
            bytes[index] = (byte) ("compressible ".charAt(index % 13) + index / 4096);
        }
        return bytes;
    }
}
