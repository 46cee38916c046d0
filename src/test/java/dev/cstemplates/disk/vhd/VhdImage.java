/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.disk.vhd;

import dev.cstemplates.disk.Sample;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.IntStream;

/** A hand-made dynamic VHD with tapdisk's layout: footer, header, BAT, batmap, blocks, footer. */
public final class VhdImage {

    private static final int BAT = 1536;

    private final int blockSize;
    private final int bitmapBytes;
    private final int batmap;
    private final byte[] content;
    private ByteBuffer file;
    private int end;

    public VhdImage(int size, int blockSize) {
        this.blockSize = blockSize;
        this.bitmapBytes = Math.max(512, blockSize / 512 / 8);
        this.content = new byte[size];
        var blocks = (size + blockSize - 1) / blockSize;
        this.batmap = BAT + (blocks * 4 + 511) / 512 * 512;
        this.end = batmap + 1024;
        this.file = ByteBuffer.allocate(end + 512);
        text(0, "conectix").putInt(8, 2).putInt(12, 0x00010000).putLong(16, 512).putInt(24, 800_000_000);
        text(28, "tap").putInt(32, 0x00010003).putLong(40, size).putLong(48, size);
        file.putInt(56, VhdFooter.geometry(size)).putInt(60, 3).putLong(68, 0x0123456789abcdefL);
        text(512, "cxsparse").putLong(520, -1).putLong(528, BAT).putInt(536, 0x00010000);
        file.putInt(540, blocks).putInt(544, blockSize);
        Arrays.fill(file.array(), BAT, batmap, (byte) -1);
        text(batmap, "tdbatmap")
                .putLong(batmap + 8, batmap + 512)
                .putInt(batmap + 16, 1)
                .putInt(batmap + 20, 0x00010002);
    }

    /** A full block, one with every third sector allocated, a full one without a batmap bit, and a partial last one. */
    public static VhdImage mixed(int blockSize) {
        var image = new VhdImage(7 * blockSize + 1024, blockSize);
        image.full(1, Sample.noise(blockSize, 1));
        image.block(0, Sample.noise(blockSize, 2), 3);
        image.block(4, Sample.noise(blockSize, 3), 1);
        return image.block(7, Sample.noise(blockSize, 4), 1);
    }

    public VhdImage full(int number, byte[] bytes) {
        block(number, bytes, 1);
        set(batmap + 512, number);
        return this;
    }

    /** A block with every {@code each}th sector allocated; the others contain data that must not be read. */
    public VhdImage block(int number, byte[] bytes, int each) {
        var at = end;
        end += bitmapBytes + blockSize;
        file = ByteBuffer.wrap(Arrays.copyOf(file.array(), end + 512));
        file.putInt(BAT + number * 4, at / 512).put(at + bitmapBytes, bytes);
        for (var sector = 0; sector < blockSize / 512; sector++) {
            var from = number * blockSize + sector * 512;
            if (sector % each == 0) {
                set(at, sector);
                var length = Math.clamp(content.length - from, 0, 512);
                System.arraycopy(bytes, sector * 512, content, Math.min(from, content.length), length);
            }
        }
        return this;
    }

    private void set(int map, int bit) {
        file.put(map + bit / 8, (byte) (file.get(map + bit / 8) | 0x80 >> bit % 8));
    }

    private ByteBuffer text(int at, String text) {
        return file.put(at, text.getBytes(StandardCharsets.US_ASCII));
    }

    /** Offset of the batmap's header. */
    int batmap() {
        return batmap;
    }

    public Sample sample() {
        var bitmaps = IntStream.range(0, content.length / blockSize)
                .filter(number -> file.getInt(BAT + number * 4) != -1)
                .flatMap(number -> Sample.range(file.getInt(BAT + number * 4) * 512, 2));
        var headers = IntStream.concat(Sample.range(0, 96), Sample.range(512, 72));
        var maps = IntStream.concat(Sample.range(BAT, 32), Sample.range(batmap, 40));
        var bits = IntStream.concat(Sample.range(batmap + 512, 4), bitmaps);
        var places = IntStream.concat(headers, IntStream.concat(maps, bits));
        return new Sample(repaired(file.array()), content, places.toArray(), this::repaired);
    }

    /** The file with fixed checksums, and the footer copied to its end. */
    byte[] repaired(byte[] bytes) {
        if (bytes.length < batmap + 1536) {
            return bytes;
        }
        var repaired = ByteBuffer.wrap(bytes.clone());
        checksum(repaired, batmap + 512, 512, batmap + 24);
        checksum(repaired, 0, 512, 64);
        checksum(repaired, 512, 1024, 512 + 36);
        return repaired.put(bytes.length - 512, repaired.array(), 0, 512).array();
    }

    private static void checksum(ByteBuffer bytes, int from, int length, int field) {
        bytes.putInt(field, 0);
        var sum = 0;
        for (var index = from; index < from + length; index++) {
            sum += bytes.get(index) & 0xff;
        }
        bytes.putInt(field, ~sum);
    }
}
