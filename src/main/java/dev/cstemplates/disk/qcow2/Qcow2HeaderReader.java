/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.disk.qcow2;

import dev.cstemplates.disk.io.BoundedFile;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Reads one QCOW2 header. Validates every field against its range and the length of the file. */
final class Qcow2HeaderReader {

    private static final int MAGIC = 0x514649fb;
    private static final int VERSION_2_LENGTH = 72;
    private static final int VERSION_3_LENGTH = 104;
    private static final int MAX_SNAPSHOTS = 65_536;
    private static final int MAX_EXTENSIONS = 64;
    private static final long MAX_VIRTUAL_SIZE = 1L << 56;

    /** The largest cluster of the format: no header is longer. */
    private static final int MAX_LENGTH = 1 << 21;

    private final BoundedFile file;
    private final long fileLength;
    private final ByteBuffer bytes;

    private Qcow2HeaderReader(BoundedFile file, ByteBuffer bytes) {
        this.file = file;
        this.fileLength = file.length();
        this.bytes = bytes;
    }

    static Qcow2Header read(Path file) {
        try (var slice = BoundedFile.open(file, "QCOW2 disk")) {
            return read(slice);
        }
    }

    static Qcow2Header read(BoundedFile file) {
        var bytes = file.read(0, (int) Math.min(MAX_LENGTH, file.length()));
        return new Qcow2HeaderReader(file, bytes).header();
    }

    private Qcow2Header header() {
        require(
                bytes.limit() >= VERSION_2_LENGTH,
                0,
                "the file's length is " + fileLength + " bytes",
                "at least " + VERSION_2_LENGTH);
        require(bytes.getInt(0) == MAGIC, 0, "the magic is %08x".formatted(bytes.getInt(0)), "514649fb (QFI\\xfb)");
        var version = bytes.getInt(4);
        require(version == 2 || version == 3, 4, "the version is " + unsigned(version), "2 or 3");
        var clusterBits = bytes.getInt(20);
        require(clusterBits >= 9 && clusterBits <= 21, 20, "cluster_bits is " + unsigned(clusterBits), "9 to 21");
        var cluster = 1L << clusterBits;
        require(
                fileLength >= cluster,
                0,
                "the file's length is " + fileLength + " bytes",
                "at least one cluster of " + cluster);
        var size = bytes.getLong(24);
        require(
                size > 0 && size <= MAX_VIRTUAL_SIZE,
                24,
                "the virtual size is " + Long.toUnsignedString(size),
                "1 to " + MAX_VIRTUAL_SIZE + " bytes");
        var encryption = bytes.getInt(32);
        require(encryption >= 0 && encryption <= 2, 32, "crypt_method is " + unsigned(encryption), "0, 1 or 2");
        var incompatible = version == 3 ? feature() : 0;
        requireTables(cluster, size, (incompatible & (1 << 4)) != 0);
        var snapshots = snapshots(cluster);
        var headerLength = version == 3 ? headerLength(cluster) : VERSION_2_LENGTH;
        return new Qcow2Header(
                version,
                backingFile(cluster),
                clusterBits,
                size,
                encryption,
                snapshots,
                incompatible,
                bytes.limit() >= 80 ? bytes.getLong(72) : 0,
                headerLength > VERSION_3_LENGTH ? bytes.get(104) : 0,
                bytes.getLong(40),
                bytes.getInt(36) & 0xffffffffL,
                extensions(headerLength, cluster));
    }

    private long feature() {
        require(
                bytes.limit() >= VERSION_3_LENGTH,
                72,
                "the file's length is " + fileLength + " bytes",
                "at least " + VERSION_3_LENGTH + " in version 3");
        var order = bytes.getInt(96);
        require(order >= 0 && order <= 6, 96, "refcount_order is " + unsigned(order), "0 to 6");
        return bytes.getLong(72);
    }

    private int headerLength(long cluster) {
        var length = bytes.getInt(100);
        require(
                length >= VERSION_3_LENGTH && length <= cluster && length % 8 == 0,
                100,
                "header_length is " + unsigned(length),
                "a multiple of 8 from " + VERSION_3_LENGTH + " to " + cluster);
        return length;
    }

    private long backingFile(long cluster) {
        var offset = bytes.getLong(8);
        var length = bytes.getInt(16);
        require(
                offset == 0 || (offset > 0 && length > 0 && length < 1024 && offset <= cluster - length),
                8,
                "the backing file's name is at %s with %s bytes"
                        .formatted(Long.toUnsignedString(offset), unsigned(length)),
                "a name of less than 1024 bytes inside the first cluster");
        return offset;
    }

    /** The L1 table and the refcount table must be inside the file; otherwise it is truncated. */
    private void requireTables(long cluster, long size, boolean extendedL2) {
        var entries = bytes.getInt(36) & 0xffffffffL;
        var perL2 = cluster / (extendedL2 ? 16 : 8);
        var perL1 = Math.multiplyExact(perL2, cluster);
        var needed = size / perL1 + (size % perL1 == 0 ? 0 : 1);
        require(entries >= needed, 36, "l1_size is " + entries, "at least " + needed + " for that virtual size");
        requireInside(40, "the L1 table", bytes.getLong(40), entries * 8, cluster);
        var refcountClusters = bytes.getInt(56) & 0xffffffffL;
        require(refcountClusters > 0, 56, "refcount_table_clusters is 0", "at least 1");
        requireInside(48, "the refcount table", bytes.getLong(48), refcountClusters * cluster, cluster);
    }

    private int snapshots(long cluster) {
        var count = bytes.getInt(60);
        require(
                count >= 0 && count <= MAX_SNAPSHOTS,
                60,
                "nb_snapshots is " + unsigned(count),
                "at most " + MAX_SNAPSHOTS);
        if (count > 0) {
            requireInside(64, "the snapshot table", bytes.getLong(64), count * 40L, cluster);
        }
        return count;
    }

    private void requireInside(int field, String what, long offset, long length, long cluster) {
        require(
                offset > 0 && offset % cluster == 0 && offset <= fileLength && length <= fileLength - offset,
                field,
                "%s is at %s with %d bytes".formatted(what, Long.toUnsignedString(offset), length),
                "a multiple of %d, inside the file's %d bytes".formatted(cluster, fileLength));
    }

    private List<Integer> extensions(int from, long cluster) {
        var found = new ArrayList<Integer>();
        var end = Math.min(cluster, bytes.limit());
        var at = (long) from;
        while (at + 8 <= end) {
            var type = bytes.getInt((int) at);
            if (type == 0) {
                return found;
            }
            var length = bytes.getInt((int) at + 4) & 0xffffffffL;
            require(
                    length <= end - at - 8,
                    at,
                    "header extension %08x has %d bytes".formatted(type, length),
                    "an end inside the first cluster");
            require(found.size() < MAX_EXTENSIONS, at, "one more header extension", "at most " + MAX_EXTENSIONS);
            found.add(type);
            at += 8 + (length + 7) / 8 * 8;
        }
        return found;
    }

    private void require(boolean holds, long offset, String found, String expected) {
        file.require(holds, offset, found, expected);
    }

    private static String unsigned(int value) {
        return Integer.toUnsignedString(value);
    }
}
