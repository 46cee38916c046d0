/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.disk.vhd;

import dev.cstemplates.disk.io.BoundedFile;
import dev.cstemplates.disk.io.Bytes;
import dev.cstemplates.disk.io.Recent;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The tables of a dynamic VHD: the block allocation table (BAT), tapdisk's map of full blocks (batmap) and the recently used sector
 * bitmaps. The constructor reads and validates the first two.
 */
final class VhdTables {

    static final int HEADER_LENGTH = 1024;
    /** The first version of tapdisk that writes a batmap. */
    static final int BATMAP_SINCE = 0x00010002;

    private static final int SECTOR = 512;
    private static final int UNUSED = -1;
    /** Enough for 2 TiB in blocks of 256 KiB; the default is 2 MiB. */
    private static final long MAX_BAT_BYTES = 32L << 20;

    private static final int BITMAPS = 1024;

    private final BoundedFile file;
    private final VhdFooter footer;
    private final long blockSize;
    private final int bitmapBytes;
    private final long tableOffset;
    private final long maxBatSize;
    private final boolean isReservedZero;
    private final int[] bat;
    private final byte[] full;
    private final Recent<byte[]> bitmaps = new Recent<>(BITMAPS);
    private long endOfTables;

    VhdTables(BoundedFile file, VhdFooter footer) {
        this.file = file;
        this.footer = footer;
        var at = footer.dataOffset();
        file.require(
                at >= VhdFooter.LENGTH && at % SECTOR == 0 && at <= dataEnd() - HEADER_LENGTH,
                16,
                "the header is at " + Long.toUnsignedString(at),
                "a sector inside the file");
        var header = file.read(at, HEADER_LENGTH);
        VhdFooter.requireText(file, at, header, "cxsparse");
        VhdFooter.requireChecksum(file, at, header, 36);
        file.require(header.getLong(8) == -1, at + 8, "there is another header", "all ones");
        var version = header.getInt(24);
        file.require(version == 0x00010000, at + 24, "the version is %08x".formatted(version), "00010000");
        this.blockSize = header.getInt(32) & 0xffffffffL;
        file.require(
                Long.bitCount(blockSize) == 1 && blockSize >= 4096 && blockSize <= 1 << 28,
                at + 32,
                "the block size is " + blockSize,
                "a power of two from 4096 to " + (1 << 28));
        // One bit per sector, padded to whole sectors.
        this.bitmapBytes = (int) roundUp(blockSize / SECTOR / 8, SECTOR);
        this.isReservedZero = Bytes.isZero(header, 40, HEADER_LENGTH);
        this.maxBatSize = header.getInt(28) & 0xffffffffL;
        this.tableOffset = header.getLong(16);
        this.bat = bat(at);
        this.full = footer.isByTapdisk(BATMAP_SINCE) ? batmap() : new byte[0];
        requireBlocks();
    }

    /**
     * A range of the disk that is stored in one way.
     *
     * @param host offset in the file of the first byte; -1 for a zero run
     */
    record VhdExtent(long length, long host) {}

    /** An extent at {@code offset} that ends by {@code limit} and, unless it is zero, within one block. */
    VhdExtent extent(long offset, long limit) {
        var number = (int) (offset / blockSize);
        if (bat[number] == UNUSED) {
            var next = number + 1;
            while (next < bat.length && bat[next] == UNUSED) {
                next++;
            }
            return new VhdExtent(Math.min(limit, next * blockSize) - offset, -1);
        }
        var inside = offset % blockSize;
        var last = Math.min(blockSize, limit - number * blockSize);
        var data = start(number) + bitmapBytes + inside;
        if (isFull(number)) {
            return new VhdExtent(last - inside, data);
        }
        var bitmap = bitmaps.get(
                number, which -> file.read(start(which), bitmapBytes).array());
        var sector = (int) (inside / SECTOR);
        var isThere = bit(bitmap, sector);
        var next = sector + 1;
        while ((long) next * SECTOR < last && bit(bitmap, next) == isThere) {
            next++;
        }
        return new VhdExtent(Math.min(last, (long) next * SECTOR) - inside, isThere ? data : -1);
    }

    long blockSize() {
        return blockSize;
    }

    long tableOffset() {
        return tableOffset;
    }

    long maxBatSize() {
        return maxBatSize;
    }

    boolean hasBatmap() {
        return full.length > 0;
    }

    /** Whether the header's reserved bytes and parent fields are zero. */
    boolean isReservedZero() {
        return isReservedZero;
    }

    private int[] bat(long header) {
        var needed = (footer.currentSize() + blockSize - 1) / blockSize;
        file.require(
                maxBatSize >= needed,
                header + 28,
                "max_bat_size is " + maxBatSize,
                "at least " + needed + " for that size");
        file.require(
                needed * 4 <= MAX_BAT_BYTES,
                header + 28,
                "the disk needs " + needed + " blocks",
                "at most " + MAX_BAT_BYTES / 4);
        endOfTables = tableOffset + roundUp(maxBatSize * 4, SECTOR);
        file.require(
                tableOffset >= header + HEADER_LENGTH
                        && tableOffset % SECTOR == 0
                        && tableOffset <= dataEnd()
                        && endOfTables <= dataEnd(),
                header + 16,
                "the BAT is at %s with %d entries".formatted(Long.toUnsignedString(tableOffset), maxBatSize),
                "whole sectors after the header and inside the file");
        var entries = new int[(int) needed];
        file.read(tableOffset, entries.length * 4).asIntBuffer().get(entries);
        return entries;
    }

    private byte[] batmap() {
        var at = endOfTables;
        file.require(at <= dataEnd() - SECTOR, at, "there is no batmap", "one by creator 'tap' from 1.2 on");
        var header = file.read(at, SECTOR);
        VhdFooter.requireText(file, at, header, "tdbatmap");
        var version = header.getInt(20);
        file.require(version == 0x00010002, at + 20, "the batmap's version is %08x".formatted(version), "00010002");
        var offset = header.getLong(8);
        var sectors = header.getInt(16) & 0xffffffffL;
        file.require(
                offset >= at + SECTOR
                        && offset % SECTOR == 0
                        && offset <= dataEnd()
                        && sectors * SECTOR <= dataEnd() - offset
                        && sectors * SECTOR * 8 >= maxBatSize,
                at + 8,
                "the batmap is at %s with %d sectors".formatted(Long.toUnsignedString(offset), sectors),
                "a bit for each of %d blocks, inside the file".formatted(maxBatSize));
        endOfTables = offset + sectors * SECTOR;
        var map = file.read(offset, (int) roundUp((bat.length + 7) / 8, SECTOR)).array();
        // tapdisk derives the length to sum from the size, rounded down: for some sizes it leaves out the last sector.
        var summed = (int) Math.min(map.length, roundUp(Math.max(1, footer.currentSize() >>> 24), SECTOR));
        var sum = ~Bytes.sum(ByteBuffer.wrap(map).slice(0, summed));
        file.require(
                header.getInt(24) == sum,
                at + 24,
                "the batmap's checksum is %08x".formatted(header.getInt(24)),
                "%08x".formatted(sum));
        return map;
    }

    /** No block may be outside the file, or overlap the tables or another block. */
    private void requireBlocks() {
        var length = bitmapBytes + blockSize;
        var starts = new long[bat.length];
        var used = 0;
        for (var number = 0; number < bat.length; number++) {
            var at = tableOffset + number * 4L;
            if (bat[number] == UNUSED) {
                file.require(!isFull(number), at, "an unused block is full in the batmap", "a block");
                continue;
            }
            file.require(
                    start(number) >= endOfTables && start(number) <= dataEnd() - length,
                    at,
                    "block %d is at %d".formatted(number, start(number)),
                    "an offset from %d to %d".formatted(endOfTables, dataEnd() - length));
            starts[used++] = start(number);
        }
        Arrays.sort(starts, 0, used);
        for (var index = 1; index < used; index++) {
            file.require(
                    starts[index] - starts[index - 1] >= length,
                    tableOffset,
                    "two blocks are at %d and %d".formatted(starts[index - 1], starts[index]),
                    "%d bytes for each".formatted(length));
        }
    }

    private boolean isFull(int number) {
        return hasBatmap() && bit(full, number);
    }

    private long start(int number) {
        return (bat[number] & 0xffffffffL) * SECTOR;
    }

    private long dataEnd() {
        return file.length() - VhdFooter.LENGTH;
    }

    /** Bit 0 is the most significant bit of the first byte. */
    private static boolean bit(byte[] map, int index) {
        return (map[index / 8] << index % 8 & 0x80) != 0;
    }

    private static long roundUp(long value, long unit) {
        return (value + unit - 1) / unit * unit;
    }
}
