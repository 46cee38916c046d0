/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.disk.qcow2;

import dev.cstemplates.disk.io.BoundedFile;
import dev.cstemplates.disk.io.Recent;

/** The cluster tables of a QCOW2 file: the whole L1 table and the recently used L2 tables. Entries are validated when they are loaded. */
final class Qcow2Tables {

    private static final long OFFSET = 0x00fffffffffffe00L;
    private static final long COPIED = 1L << 63;
    private static final long COMPRESSED = 1L << 62;
    private static final long ZERO = 1;
    /** Bits 1 to 8 and 56 to 61 of an uncompressed cluster's entry. */
    private static final long RESERVED = ~(OFFSET | COPIED | COMPRESSED | ZERO);

    private static final int SECTOR = 512;
    /** QEMU's limit: enough for 2 PiB in clusters of 64 KiB. */
    private static final long MAX_L1_BYTES = 32L << 20;

    private static final long CACHE_BYTES = 4L << 20;

    private final BoundedFile file;
    private final Qcow2Header header;
    private final long cluster;
    private final int perTable;
    private final int tableBits;
    private final long[] l1;
    private final Recent<long[]> tables;

    Qcow2Tables(BoundedFile file, Qcow2Header header) {
        this.file = file;
        this.header = header;
        this.cluster = header.clusterSize();
        this.perTable = (int) (cluster / 8);
        this.tableBits = 2 * header.clusterBits() - 3;
        this.tables = new Recent<>(Math.clamp(CACHE_BYTES / cluster, 4, 1024));
        this.l1 = l1();
    }

    enum ClusterKind {
        /** Not allocated: the backing file's content, or zero. */
        ABSENT,
        ZERO,
        /** Uncompressed. */
        PLAIN,
        COMPRESSED
    }

    /**
     * A range of the disk that is stored in one way.
     *
     * @param host offset in the file of the first byte, or of the whole stream of a compressed cluster
     * @param stored length in bytes of a compressed cluster's stream in the file
     */
    record Qcow2Extent(ClusterKind kind, long length, long host, int stored) {}

    /** The longest extent at {@code offset} that ends by {@code limit} and within one L2 table. */
    Qcow2Extent extent(long offset, long limit) {
        var number = (int) (offset >>> tableBits);
        if (l1[number] == 0) {
            return new Qcow2Extent(ClusterKind.ABSENT, absentFrom(number, limit) - offset, 0, 0);
        }
        var table = tables.get(number, this::load);
        var index = (int) ((offset >>> header.clusterBits()) & (perTable - 1));
        var entry = table[index];
        var end = (offset & -cluster) + cluster;
        for (var next = index + 1; end < limit && next < perTable && follows(table[next - 1], table[next]); next++) {
            end += cluster;
        }
        return extent(entry, offset, Math.min(end, limit) - offset);
    }

    private Qcow2Extent extent(long entry, long offset, long length) {
        var kind = kind(entry);
        return switch (kind) {
            case ABSENT, ZERO -> new Qcow2Extent(kind, length, 0, 0);
            case PLAIN -> new Qcow2Extent(kind, length, (entry & OFFSET) + (offset & (cluster - 1)), 0);
            case COMPRESSED -> new Qcow2Extent(kind, length, streamAt(entry), streamLength(entry));
        };
    }

    private static ClusterKind kind(long entry) {
        if ((entry & COMPRESSED) != 0) {
            return ClusterKind.COMPRESSED;
        }
        if ((entry & ZERO) != 0) {
            return ClusterKind.ZERO;
        }
        return (entry & OFFSET) != 0 ? ClusterKind.PLAIN : ClusterKind.ABSENT;
    }

    private boolean follows(long entry, long next) {
        var kind = kind(entry);
        return kind == kind(next)
                && kind != ClusterKind.COMPRESSED
                && (kind != ClusterKind.PLAIN || (next & OFFSET) == (entry & OFFSET) + cluster);
    }

    private long absentFrom(int number, long limit) {
        var next = number + 1;
        while (next < l1.length && l1[next] == 0) {
            next++;
        }
        return Math.min(limit, (long) next << tableBits);
    }

    private long[] l1() {
        file.require(
                header.l1Entries() * 8 <= MAX_L1_BYTES,
                36,
                "l1_size is " + header.l1Entries(),
                "at most " + MAX_L1_BYTES / 8);
        // A shrunk disk may have more entries than its size requires; they are unused.
        var needed = (int) (((header.virtualSize() - 1) >>> tableBits) + 1);
        var bytes = file.read(header.l1Offset(), needed * 8);
        var entries = new long[needed];
        for (var index = 0; index < needed; index++) {
            var entry = bytes.getLong(index * 8);
            var at = header.l1Offset() + index * 8L;
            file.require(
                    (entry & (RESERVED | COMPRESSED | ZERO)) == 0,
                    at,
                    "the L1 entry is %016x".formatted(entry),
                    "no reserved bit in it");
            entries[index] = entry & OFFSET;
            if (entries[index] != 0) {
                requireCluster(entries[index], cluster, at, "an L2 table");
            }
        }
        return entries;
    }

    private long[] load(int number) {
        var bytes = file.read(l1[number], (int) cluster);
        var entries = new long[perTable];
        for (var index = 0; index < perTable; index++) {
            var guest = ((long) number << tableBits) + index * cluster;
            if (guest >= header.virtualSize()) {
                break;
            }
            entries[index] = bytes.getLong(index * 8);
            requireEntry(entries[index], guest, l1[number] + index * 8L);
        }
        return entries;
    }

    private void requireEntry(long entry, long guest, long at) {
        if ((entry & COMPRESSED) != 0) {
            var stream = streamAt(entry);
            file.require(
                    stream >= cluster && stream < file.length() && streamEnd(entry) < file.length() + SECTOR,
                    at,
                    "a compressed cluster is at %d with %d bytes".formatted(stream, streamLength(entry)),
                    "an offset after the header and inside the file's %d bytes".formatted(file.length()));
            return;
        }
        file.require(
                (entry & RESERVED) == 0 && (header.version() > 2 || (entry & ZERO) == 0),
                at,
                "the L2 entry is %016x".formatted(entry),
                "no reserved bit in it");
        if ((entry & OFFSET) != 0) {
            // The last cluster may be cut at the end of the disk.
            var needed = (entry & ZERO) != 0 ? 0 : Math.min(cluster, header.virtualSize() - guest);
            requireCluster(entry & OFFSET, needed, at, "a cluster");
        }
    }

    private void requireCluster(long host, long needed, long at, String what) {
        file.require(host % cluster == 0, at, what + " is at " + host, "a multiple of " + cluster);
        file.require(
                host >= cluster && host <= file.length() - needed,
                at,
                what + " is at " + host,
                "an offset after the header and inside the file's %d bytes".formatted(file.length()));
        var l1End = header.l1Offset() + header.l1Entries() * 8;
        file.require(
                host >= l1End || host + cluster <= header.l1Offset(),
                at,
                what + " is at " + host,
                "an offset outside the L1 table at " + header.l1Offset());
    }

    /** A compressed cluster's entry: the offset of the stream in the low bits, the number of additional sectors in the bits above. */
    private int offsetBits() {
        return 62 - (header.clusterBits() - 8);
    }

    private long streamAt(long entry) {
        return entry & ((1L << offsetBits()) - 1);
    }

    private long streamEnd(long entry) {
        var sectors = (entry & (COMPRESSED - 1)) >>> offsetBits();
        return (streamAt(entry) / SECTOR + sectors + 1) * SECTOR;
    }

    /** The file may end within the last sector. */
    private int streamLength(long entry) {
        return (int) (Math.min(streamEnd(entry), file.length()) - streamAt(entry));
    }
}
