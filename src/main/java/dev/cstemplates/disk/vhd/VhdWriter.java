/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.disk.vhd;

import dev.cstemplates.disk.codec.Cluster;
import dev.cstemplates.disk.codec.DiskWriter;
import dev.cstemplates.disk.io.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.UUID;

/**
 * Writes a dynamic VHD as XenServer's tapdisk does: footer copy, header, block table, batmap, blocks of 2 MiB, footer; creator
 * {@code tap} 1.3. QEMU's VHDs have a different geometry and no batmap; XenServer rejects or resizes them.
 *
 * <p>Layout: Microsoft's Virtual Hard Disk Image Format Specification; for the batmap, blktap's {@code vhd.h}.
 */
public final class VhdWriter implements DiskWriter {

    /** The largest disk in bytes: 2040 GiB. */
    public static final long LARGEST = 2040L << 30;

    /** Bytes of a block, and of the unit that XenServer requires of a disk's size. */
    public static final int BLOCK_SIZE = 2 << 20;

    private static final int SECTOR = 512;
    private static final int PAGE = 4096;
    private static final int FOOTER_LENGTH = 512;
    private static final int HEADER_LENGTH = 1024;
    private static final int TABLE_OFFSET = FOOTER_LENGTH + HEADER_LENGTH;
    private static final int UNUSED = 0xFFFFFFFF;
    private static final int CLUSTERS_PER_BLOCK = BLOCK_SIZE / Cluster.SIZE;
    /** Timestamps count seconds from 2000-01-01. */
    private static final long EPOCH = Instant.parse("2000-01-01T00:00:00Z").getEpochSecond();

    private final DiskFile file;
    private final long size;
    private final Instant now;
    /** Sector of each block's bitmap. */
    private final int[] blocks;
    /** Offset in bytes of the next block. */
    private long end;

    private final long batmapOffset;

    /** @param size of the disk in bytes, a multiple of 2 MiB */
    public VhdWriter(DiskFile file, long size, Instant now) {
        DiskWriter.requireSize("VHD", size, LARGEST);
        this.file = file;
        this.size = size;
        this.now = now;
        blocks = new int[Math.toIntExact(size / BLOCK_SIZE)];
        Arrays.fill(blocks, UNUSED);
        batmapOffset = TABLE_OFFSET + sectors((long) blocks.length * Integer.BYTES) * SECTOR;
        end = batmapOffset + SECTOR + batmapSectors() * SECTOR;
    }

    @Override
    public void write(long index, Cluster cluster) throws IOException {
        var block = (int) (index / CLUSTERS_PER_BLOCK);
        if (blocks[block] == UNUSED) {
            begin(block);
        }
        var data = Integer.toUnsignedLong(blocks[block]) * SECTOR + SECTOR;
        file.write(data + index % CLUSTERS_PER_BLOCK * Cluster.SIZE, cluster.data());
    }

    /** Writes a block's sector bitmap, all bits set; its data starts on a page boundary because tapdisk reads with O_DIRECT. */
    private void begin(int block) throws IOException {
        var data = Math.ceilDiv(end + SECTOR, (long) PAGE) * PAGE;
        blocks[block] = (int) (data / SECTOR - 1);
        file.write(data - SECTOR, filled(SECTOR, 0xFF));
        end = data + BLOCK_SIZE;
    }

    @Override
    public void finish(String contentDigest) throws IOException {
        var footer = footer(UUID.nameUUIDFromBytes(contentDigest.getBytes(StandardCharsets.UTF_8)));
        file.write(0, footer.duplicate());
        file.write(FOOTER_LENGTH, header());
        var table = filled((int) (batmapOffset - TABLE_OFFSET), 0xFF);
        table.asIntBuffer().put(blocks);
        file.write(TABLE_OFFSET, table);
        var batmap = batmap();
        file.write(batmapOffset, batmapHeader(batmap));
        file.write(batmapOffset + SECTOR, batmap);
        file.write(end, footer);
    }

    private ByteBuffer footer(UUID id) {
        var footer = ByteBuffer.allocate(FOOTER_LENGTH);
        footer.put(ascii("conectix"));
        footer.putInt(8, 2).putInt(12, 0x00010000).putLong(16, FOOTER_LENGTH);
        footer.putInt(24, (int) (now.getEpochSecond() - EPOCH));
        footer.put(28, ascii("tap\0")).putInt(32, 0x00010003).putInt(36, 0);
        footer.putLong(40, size).putLong(48, size);
        footer.putInt(56, geometry(size)).putInt(60, 3);
        footer.putLong(68, id.getMostSignificantBits()).putLong(76, id.getLeastSignificantBits());
        footer.putInt(64, checksum(footer));
        return footer.rewind();
    }

    private ByteBuffer header() {
        var header = ByteBuffer.allocate(HEADER_LENGTH);
        header.put(ascii("cxsparse"));
        header.putLong(8, -1).putLong(16, TABLE_OFFSET).putInt(24, 0x00010000);
        header.putInt(28, blocks.length).putInt(32, BLOCK_SIZE);
        header.putInt(36, checksum(header));
        return header.rewind();
    }

    private ByteBuffer batmapHeader(ByteBuffer batmap) {
        var header = ByteBuffer.allocate(SECTOR);
        header.put(ascii("tdbatmap"));
        header.putLong(8, batmapOffset + SECTOR);
        header.putInt(16, (int) batmapSectors()).putInt(20, 0x00010002);
        header.putInt(24, checksum(batmap));
        return header.rewind();
    }

    /**
     * One bit per block, set if all of its sectors are allocated; here, for every allocated block. blktap rounds the number of blocks down
     * when it computes the checksum: bits that it leaves out stay clear, which is always allowed.
     */
    private ByteBuffer batmap() {
        var batmap = ByteBuffer.allocate((int) batmapSectors() * SECTOR);
        var summed = sectors(Math.max(1, blocks.length / 8)) * SECTOR * 8;
        for (var block = 0; block < Math.min(blocks.length, summed); block++) {
            if (blocks[block] != UNUSED) {
                batmap.put(block / 8, (byte) (batmap.get(block / 8) | (0x80 >> (block % 8))));
            }
        }
        return batmap;
    }

    private long batmapSectors() {
        return sectors(Math.ceilDiv(blocks.length, 8));
    }

    private static long sectors(long bytes) {
        return Math.ceilDiv(bytes, (long) SECTOR);
    }

    /** Ones' complement of the sum of all bytes; the checksum field must still be zero. */
    private static int checksum(ByteBuffer bytes) {
        var sum = 0;
        for (var index = 0; index < bytes.capacity(); index++) {
            sum += bytes.get(index) & 0xFF;
        }
        return ~sum;
    }

    /** Cylinders, heads and sectors per the appendix of the specification; they describe {@code size} bytes or a little less. */
    static int geometry(long size) {
        var sectors = Math.min(size / SECTOR, 65535L * 16 * 255);
        long perTrack;
        long heads;
        long cylinderTimesHeads;
        if (sectors >= 65535L * 16 * 63) {
            perTrack = 255;
            heads = 16;
            cylinderTimesHeads = sectors / perTrack;
        } else {
            perTrack = 17;
            cylinderTimesHeads = sectors / perTrack;
            heads = Math.max(4, (cylinderTimesHeads + 1023) / 1024);
            if (cylinderTimesHeads >= heads * 1024 || heads > 16) {
                perTrack = 31;
                heads = 16;
                cylinderTimesHeads = sectors / perTrack;
            }
            if (cylinderTimesHeads >= heads * 1024) {
                perTrack = 63;
                heads = 16;
                cylinderTimesHeads = sectors / perTrack;
            }
        }
        return (int) (((cylinderTimesHeads / heads) << 16) | (heads << 8) | perTrack);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static ByteBuffer filled(int length, int value) {
        var bytes = new byte[length];
        Arrays.fill(bytes, (byte) value);
        return ByteBuffer.wrap(bytes);
    }
}
