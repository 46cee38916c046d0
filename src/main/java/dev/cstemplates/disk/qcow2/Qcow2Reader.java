/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.disk.qcow2;

import dev.cstemplates.disk.codec.Inflaters;
import dev.cstemplates.disk.io.BoundedFile;
import dev.cstemplates.disk.io.DiskReader;
import dev.cstemplates.disk.io.Zeroes;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Objects;
import java.util.zip.DataFormatException;
import org.jspecify.annotations.Nullable;

/**
 * The disk in a QCOW2 file of version 2 or 3: plain, zero and zlib-compressed clusters of any size, on a backing disk if the caller gives
 * one. Never opens another file by itself. Keeps the L1 table (8 bytes for each 512 MiB of disk) and 4 MiB of L2 tables, at least four,
 * in memory.
 */
public final class Qcow2Reader implements DiskReader {

    private final BoundedFile file;
    private final Qcow2Header header;
    private final Qcow2Tables tables;
    private final @Nullable DiskReader backing;
    private final Inflaters inflaters = new Inflaters(true);
    private volatile @Nullable InflatedCluster latest;

    private Qcow2Reader(BoundedFile file, Qcow2Header header, @Nullable DiskReader backing) {
        this.file = file;
        this.header = header;
        this.tables = new Qcow2Tables(file, header);
        this.backing = backing;
    }

    /** The compressed cluster read last: small reads are usually sequential. */
    private record InflatedCluster(long host, ByteBuffer bytes) {}

    /** Opens a disk without a backing file; one that names a backing file is refused. */
    public static Qcow2Reader open(Path file) {
        return opened(file, null);
    }

    /**
     * Opens an overlay on {@code backing}, which the caller closes. The name of the backing file in the overlay is ignored. Beyond the
     * end of {@code backing}, the overlay reads as zero.
     */
    public static Qcow2Reader open(Path overlay, DiskReader backing) {
        return opened(overlay, backing);
    }

    private static Qcow2Reader opened(Path path, @Nullable DiskReader backing) {
        var file = BoundedFile.open(path, "QCOW2 disk");
        try {
            var header = Qcow2HeaderReader.read(file);
            requireReadable(file, header);
            file.require(
                    header.hasBackingFile() == (backing != null),
                    8,
                    header.hasBackingFile() ? "a backing file is named" : "no backing file is named",
                    header.hasBackingFile() ? "a disk without one" : "an overlay");
            return new Qcow2Reader(file, header, backing);
        } catch (RuntimeException e) {
            file.close();
            throw e;
        }
    }

    private static void requireReadable(BoundedFile file, Qcow2Header header) {
        file.require(header.encryption() == 0, 32, "the disk is encrypted", "an unencrypted disk");
        file.require(!header.hasExternalDataFile(), 72, "the data is in an external file", "all data in this file");
        file.require(!header.hasExtendedL2(), 72, "there are extended L2 entries", "none");
        file.require(!header.isCorrupt(), 72, "QEMU has marked the disk as corrupt", "a valid one");
        file.require(
                !header.hasUnknownFeatures(),
                72,
                "the incompatible features are %016x".formatted(header.incompatibleFeatures()),
                "none above bit 4");
        file.require(
                header.compression() == 0,
                104,
                "the compression type is " + header.compression() + (header.compression() == 1 ? " (zstd)" : ""),
                "0 (zlib): 'qemu-img convert -c' writes it");
    }

    @Override
    public long size() {
        return header.virtualSize();
    }

    /** Bytes of a cluster. */
    public long clusterSize() {
        return header.clusterSize();
    }

    /** Whether the content at {@code offset} comes from this file, not from the backing disk. */
    public boolean isOwn(long offset) {
        Objects.checkIndex(offset, size());
        return backing == null
                || offset >= backing.size()
                || tables.extent(offset, offset + 1).kind() != Qcow2Tables.ClusterKind.ABSENT;
    }

    @Override
    public void read(long offset, ByteBuffer target) {
        Objects.checkFromIndexSize(offset, target.remaining(), size());
        var at = offset;
        var limit = offset + target.remaining();
        while (at < limit) {
            var extent = tables.extent(at, limit);
            var length = (int) extent.length();
            switch (extent.kind()) {
                case ZERO -> Zeroes.put(target, length);
                case ABSENT -> readBacking(at, length, target);
                case PLAIN -> readPlain(extent.host(), length, target);
                case COMPRESSED -> readCompressed(extent, at, length, target);
            }
            at += length;
        }
    }

    private void readBacking(long offset, int length, ByteBuffer target) {
        var there = backing == null ? 0 : Math.clamp(backing.size() - offset, 0, length);
        if (backing != null && there > 0) {
            var end = target.limit();
            backing.read(offset, target.limit(target.position() + there));
            target.limit(end);
        }
        Zeroes.put(target, length - there);
    }

    private void readPlain(long host, int length, ByteBuffer target) {
        var end = target.limit();
        file.read(host, target.limit(target.position() + length));
        target.limit(end);
    }

    private void readCompressed(Qcow2Tables.Qcow2Extent extent, long offset, int length, ByteBuffer target) {
        if (length == header.clusterSize()) {
            var end = target.limit();
            inflate(extent, target.limit(target.position() + length));
            target.limit(end);
        } else {
            var inside = (int) (offset & (header.clusterSize() - 1));
            target.put(inflated(extent).slice(inside, length));
        }
    }

    private ByteBuffer inflated(Qcow2Tables.Qcow2Extent extent) {
        var known = latest;
        if (known != null && known.host() == extent.host()) {
            return known.bytes();
        }
        var bytes = ByteBuffer.allocate((int) header.clusterSize());
        inflate(extent, bytes);
        latest = new InflatedCluster(extent.host(), bytes);
        return bytes;
    }

    private void inflate(Qcow2Tables.Qcow2Extent extent, ByteBuffer target) {
        var expected = target.remaining();
        var source = file.read(extent.host(), extent.stored());
        try {
            var bytes = inflaters.inflate(source, target).bytes();
            file.require(
                    bytes == expected,
                    extent.host(),
                    "a compressed cluster has " + bytes + " bytes",
                    "the " + expected + " of a cluster");
        } catch (DataFormatException e) {
            throw file.broken(
                            extent.host(),
                            "the deflate stream is damaged (" + e.getMessage() + ")",
                            "a compressed cluster")
                    .because(e);
        }
    }

    @Override
    public long zeroes(long offset) {
        Objects.checkFromToIndex(offset, size(), size());
        var at = offset;
        while (at < size()) {
            var extent = tables.extent(at, size());
            var zero = switch (extent.kind()) {
                case ZERO -> extent.length();
                case ABSENT -> zeroesOfBacking(at, extent.length());
                case PLAIN, COMPRESSED -> 0;
            };
            if (zero == 0) {
                break;
            }
            at += zero;
        }
        return at - offset;
    }

    private long zeroesOfBacking(long offset, long length) {
        return backing == null || offset >= backing.size() ? length : Math.min(length, backing.zeroes(offset));
    }

    @Override
    public void close() {
        inflaters.close();
        file.close();
    }
}
