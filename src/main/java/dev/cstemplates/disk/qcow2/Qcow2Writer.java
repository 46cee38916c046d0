/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.disk.qcow2;

import dev.cstemplates.disk.codec.Cluster;
import dev.cstemplates.disk.codec.Codec;
import dev.cstemplates.disk.codec.DiskWriter;
import dev.cstemplates.disk.io.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Writes a compressed QCOW2 (QEMU's {@code docs/interop/qcow2.txt}): version 3, clusters of 64 KiB, no backing file.
 *
 * <p>Clusters are appended in order, each L2 table after its 512 MiB of the disk, the refcount tables last; then the header is written at
 * the start. Memory use is small whatever the size of the disk.
 */
public final class Qcow2Writer implements DiskWriter {

    /** The largest disk whose L1 table QEMU accepts, in bytes: 2 PiB. */
    private static final long LARGEST = 1L << 51;

    private static final int MAGIC = 0x514649fb;
    private static final int CLUSTER_BITS = 16;
    private static final int HEADER_LENGTH = 112;
    private static final int REFCOUNT_ORDER = 4;
    private static final long COMPRESSION_TYPE_FEATURE = 1L << 3;
    private static final byte ZSTD = 1;
    private static final int ENTRIES = Cluster.SIZE / Long.BYTES;
    private static final long COPIED = 1L << 63;
    private static final long COMPRESSED = 1L << 62;
    /** In an L2 entry of a compressed cluster, the bits from here on count its additional sectors. */
    private static final int SECTORS_SHIFT = 62 - (CLUSTER_BITS - 8);

    private static final int SECTOR = 512;

    private final DiskFile file;
    private final long size;
    private final Codec codec;
    private final Refcounts refcounts = new Refcounts();
    private final long[] level1;
    private final ByteBuffer level2 = ByteBuffer.allocate(Cluster.SIZE);
    private long level2Index = -1;
    /** End of the file, a multiple of the cluster size. */
    private long end;
    /** Offset for the next compressed data, and the end of the clusters allocated for it. */
    private long packed;

    private long packedEnd;

    /**
     * @param size of the disk in bytes
     * @param codec {@link Codec#DEFLATE_4K} or {@link Codec#ZSTD}
     */
    public Qcow2Writer(DiskFile file, long size, Codec codec) {
        DiskWriter.requireSize("QCOW2", size, LARGEST);
        this.file = file;
        this.size = Math.ceilDiv(size, (long) SECTOR) * SECTOR;
        this.codec = codec;
        level1 = new long[Math.toIntExact(Math.ceilDiv(Math.max(1, size), (long) Cluster.SIZE * ENTRIES))];
        allocate(1 + level1Clusters());
    }

    private long level1Clusters() {
        return Math.ceilDiv((long) level1.length * Long.BYTES, (long) Cluster.SIZE);
    }

    @Override
    public void write(long index, Cluster cluster) throws IOException {
        if (index / ENTRIES != level2Index) {
            flushLevel2();
            level2Index = index / ENTRIES;
        }
        var compressed = cluster.compressed(codec);
        var length = compressed.byteSize();
        long entry;
        if (length == 0 || length >= Cluster.SIZE) {
            var offset = allocate(1);
            file.write(offset, cluster.data());
            entry = offset | COPIED;
        } else {
            var offset = pack(length);
            file.write(offset, compressed);
            entry = offset | (furtherSectors(offset, length) << SECTORS_SHIFT) | COMPRESSED;
        }
        level2.putLong((int) (index % ENTRIES) * Long.BYTES, entry);
    }

    /** Allocates {@code clusters} clusters at the end of the file. */
    private long allocate(long clusters) {
        var offset = end;
        end += clusters * Cluster.SIZE;
        refcounts.add(offset, clusters * Cluster.SIZE);
        return offset;
    }

    /** Allocates space for compressed data: unaligned, but in contiguous clusters. */
    private long pack(long length) {
        if (packed + length > packedEnd) {
            if (packedEnd != end) {
                packed = end;
            }
            end = Math.ceilDiv(packed + length, (long) Cluster.SIZE) * Cluster.SIZE;
            packedEnd = end;
        }
        var offset = packed;
        packed += length;
        refcounts.add(offset, length);
        return offset;
    }

    private static long furtherSectors(long offset, long length) {
        return (offset + length - 1) / SECTOR - offset / SECTOR;
    }

    private void flushLevel2() throws IOException {
        if (level2Index < 0) {
            return;
        }
        var offset = allocate(1);
        file.write(offset, level2.clear());
        level1[(int) level2Index] = offset | COPIED;
        level2.clear().put(new byte[Cluster.SIZE]);
    }

    @Override
    public void finish(String contentDigest) throws IOException {
        flushLevel2();
        var table = ByteBuffer.allocate(level1.length * Long.BYTES);
        table.asLongBuffer().put(level1);
        file.write(Cluster.SIZE, table);
        var counts = end;
        var tables = refcounts.tables(counts);
        file.write(counts, tables.bytes());
        file.write(0, header(counts, tables.tableClusters()));
        file.end(counts + tables.bytes().limit());
    }

    private ByteBuffer header(long refcountTable, int refcountTableClusters) {
        var header = ByteBuffer.allocate(HEADER_LENGTH);
        header.putInt(0, MAGIC).putInt(4, 3);
        header.putInt(20, CLUSTER_BITS).putLong(24, size);
        header.putInt(36, level1.length).putLong(40, Cluster.SIZE);
        header.putLong(48, refcountTable).putInt(56, refcountTableClusters);
        header.putInt(96, REFCOUNT_ORDER).putInt(100, HEADER_LENGTH);
        if (codec == Codec.ZSTD) {
            header.putLong(72, COMPRESSION_TYPE_FEATURE).put(104, ZSTD);
        }
        return header;
    }
}
