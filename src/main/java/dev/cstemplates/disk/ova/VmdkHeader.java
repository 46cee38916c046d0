/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.disk.ova;

import dev.cstemplates.disk.io.BoundedFile;
import dev.cstemplates.disk.io.Bytes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.regex.Pattern;

/**
 * The header of a sparse VMDK extent and the descriptor embedded in it (VMware's "Virtual Disk Format 5.0"). Numbers in the file are
 * little-endian and count sectors of 512 bytes.
 *
 * @param capacity size of the disk in bytes
 * @param grainSize bytes of a grain, the unit of allocation
 * @param directory offset in bytes of the grain directory
 * @param isCompressed whether each grain is a zlib stream after a marker
 * @param isAtEnd whether a footer at the end of the file has the directory's offset, and each table follows a marker
 * @param hasZeroGrains whether 1 in a grain table means a grain of zeroes
 * @param endOfDescriptor offset in bytes of the end of header and descriptor
 * @param createType kind of disk, for example {@code streamOptimized}
 * @param descriptor the descriptor's text
 */
record VmdkHeader(
        long capacity,
        long grainSize,
        long directory,
        boolean isCompressed,
        boolean isAtEnd,
        boolean hasZeroGrains,
        long endOfDescriptor,
        String createType,
        String descriptor) {

    static final int SECTOR = 512;
    static final int ENTRIES_A_TABLE = 512;
    static final int DIRECTORY_MARKER = 2;

    private static final int MAGIC = 0x564d444b;
    private static final int FOOTER_MARKER = 3;
    private static final int DIRECTORY_FIELD = 56;
    private static final int ZERO_GRAINS = 1 << 2;
    private static final int COMPRESSED = 1 << 16;
    private static final int MARKERS = 1 << 17;
    private static final int MAX_DESCRIPTOR = 64 << 10;
    private static final long MAX_SECTORS = 1L << 42;
    private static final Pattern EXTENT = Pattern.compile("(?m)^(RW|RDONLY|NOACCESS) (\\d{1,18}) (\\w+)");

    static VmdkHeader read(BoundedFile file) {
        var bytes = file.read(0, SECTOR).order(ByteOrder.LITTLE_ENDIAN);
        requireMagic(file, 0, bytes);
        var version = bytes.getInt(4);
        file.require(version >= 1 && version <= 3, 4, "the version is " + Integer.toUnsignedString(version), "1 to 3");
        var capacity = bytes.getLong(12);
        file.require(
                capacity > 0 && capacity <= MAX_SECTORS,
                12,
                "the capacity is " + Long.toUnsignedString(capacity),
                "1 to " + MAX_SECTORS + " sectors");
        var grain = bytes.getLong(20);
        file.require(
                Long.bitCount(grain) == 1 && grain >= 8 && grain <= 4096,
                20,
                "the grain size is " + Long.toUnsignedString(grain),
                "a power of two from 8 to 4096");
        var entries = bytes.getInt(44);
        file.require(
                entries == ENTRIES_A_TABLE, 44, "a table has " + Integer.toUnsignedString(entries) + " entries", "512");
        file.require(
                bytes.getInt(73) == 0x0a0d200a,
                73,
                "the line ends were converted",
                "0a 20 0d 0a: transfer the file in binary mode");
        var isCompressed = isCompressed(file, bytes);
        var descriptor = descriptor(file, bytes, capacity);
        var isAtEnd = bytes.getLong(DIRECTORY_FIELD) == -1;
        return new VmdkHeader(
                capacity * SECTOR,
                grain * SECTOR,
                isAtEnd ? footer(file, bytes) : directory(file, bytes, 0),
                isCompressed,
                isAtEnd,
                (bytes.getInt(8) & ZERO_GRAINS) != 0,
                (bytes.getLong(28) + bytes.getLong(36)) * SECTOR,
                value(descriptor, "createType"),
                descriptor);
    }

    private static void requireMagic(BoundedFile file, long offset, ByteBuffer bytes) {
        var magic = bytes.getInt(0);
        file.require(magic == MAGIC, offset, "the magic is %08x".formatted(magic), "564d444b (KDMV)");
    }

    private static boolean isCompressed(BoundedFile file, ByteBuffer bytes) {
        var flags = bytes.getInt(8);
        var algorithm = bytes.getShort(77);
        var isCompressed = (flags & COMPRESSED) != 0;
        file.require(
                isCompressed == ((flags & MARKERS) != 0),
                8,
                "the flags are %08x".formatted(flags),
                "compression and markers together");
        file.require(
                algorithm == (isCompressed ? 1 : 0), 77, "the compression is " + algorithm, isCompressed ? "1" : "0");
        return isCompressed;
    }

    private static long directory(BoundedFile file, ByteBuffer bytes, long at) {
        var sector = bytes.getLong(DIRECTORY_FIELD);
        file.require(
                sector > 0 && sector < file.length() / SECTOR,
                at + DIRECTORY_FIELD,
                "the grain directory is at sector " + Long.toUnsignedString(sector),
                "one inside the file");
        return sector * SECTOR;
    }

    /** The last three sectors: a marker, a copy of the header with the directory's offset, and an end marker. */
    private static long footer(BoundedFile file, ByteBuffer header) {
        var at = file.length() - 2 * SECTOR;
        file.require(
                at >= 2 * SECTOR && file.length() % SECTOR == 0,
                DIRECTORY_FIELD,
                "the directory is named at the file's end, which has " + file.length() + " bytes",
                "whole sectors with a footer");
        requireMarker(file, at - SECTOR, 1, FOOTER_MARKER);
        var footer = file.read(at, SECTOR).order(ByteOrder.LITTLE_ENDIAN);
        requireMagic(file, at, footer);
        var directory = directory(file, footer, at);
        footer.putLong(DIRECTORY_FIELD, -1);
        var differs = header.mismatch(footer);
        file.require(differs < 0, at + differs, "the footer differs from the header", "the same bytes");
        requireMarker(file, at + SECTOR, 0, 0);
        return directory;
    }

    /** A marker before metadata: the number of sectors that follow, a zero size, the type. */
    static void requireMarker(BoundedFile file, long at, long sectors, int type) {
        var marker = file.read(at, SECTOR).order(ByteOrder.LITTLE_ENDIAN);
        file.require(
                marker.getLong(0) == sectors
                        && marker.getInt(8) == 0
                        && marker.getInt(12) == type
                        && Bytes.isZero(marker, 16, SECTOR),
                at,
                "there is no marker of type " + type,
                "one for " + sectors + " sectors");
    }

    private static String descriptor(BoundedFile file, ByteBuffer bytes, long capacity) {
        var sector = bytes.getLong(28);
        var sectors = bytes.getLong(36);
        file.require(
                sector > 0
                        && sectors > 0
                        && sector <= file.length() / SECTOR
                        && sectors <= MAX_DESCRIPTOR / SECTOR
                        && sectors <= file.length() / SECTOR - sector,
                28,
                "the descriptor is at sector %s with %s"
                        .formatted(Long.toUnsignedString(sector), Long.toUnsignedString(sectors)),
                "one inside the file, of at most 64 KiB");
        var length = (int) sectors * SECTOR;
        var descriptor = Bytes.upToZero(Bytes.text(file.read(sector * SECTOR, length), 0, length));
        requireDescriptor(file, sector * SECTOR, descriptor, capacity);
        return descriptor;
    }

    private static void requireDescriptor(BoundedFile file, long at, String descriptor, long capacity) {
        var type = value(descriptor, "createType");
        file.require(
                type.equals("streamOptimized") || type.equals("monolithicSparse"),
                at,
                "createType is '" + type + "'",
                "streamOptimized or monolithicSparse");
        var parent = value(descriptor, "parentCID");
        file.require(parent.equals("ffffffff"), at, "parentCID is '" + parent + "'", "ffffffff: no parent");
        var extents = EXTENT.matcher(descriptor).results().toList();
        file.require(extents.size() == 1, at, extents.size() + " extents are named", "this one");
        var extent = extents.getFirst();
        file.require(
                extent.group(3).equals("SPARSE") && Long.parseLong(extent.group(2)) == capacity,
                at,
                "the extent is '" + extent.group() + "'",
                "SPARSE with " + capacity + " sectors");
    }

    /** The value of {@code name=} in the descriptor, without quotes; empty if there is none. */
    static String value(String descriptor, String name) {
        var matcher = Pattern.compile("(?m)^\\s*" + Pattern.quote(name) + "\\s*=\\s*\"?([^\"\\r\\n]{0,200})")
                .matcher(descriptor);
        return matcher.find() ? matcher.group(1).strip() : "";
    }
}
