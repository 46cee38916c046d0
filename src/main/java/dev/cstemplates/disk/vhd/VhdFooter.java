/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.disk.vhd;

import dev.cstemplates.disk.io.BoundedFile;
import dev.cstemplates.disk.io.Bytes;
import java.nio.ByteBuffer;

/**
 * The footer of a VHD file: 512 bytes at its end; a dynamic disk also has a copy at its start. Fields: Microsoft's "Virtual Hard Disk
 * Image Format Specification".
 *
 * @param features bit 1 is always set, bit 0 means temporary
 * @param dataOffset offset of a dynamic disk's header; all ones in a fixed disk
 * @param timestamp seconds since 2000-01-01 UTC
 * @param creator four letters
 * @param creatorVersion major in the upper, minor in the lower 16 bits
 * @param creatorOs operating system that wrote it; 0 for tapdisk
 * @param geometry cylinders in the upper 16 bits, then heads and sectors a track in 8 each
 * @param type 2 fixed, 3 dynamic, 4 differencing
 * @param hasUuid whether the identifier is not all zero
 * @param saved 1 for a disk with a saved state
 * @param isReservedZero whether the bytes after the fields are zero, tapdisk's "hidden" included
 */
record VhdFooter(
        int features,
        long dataOffset,
        long timestamp,
        String creator,
        int creatorVersion,
        int creatorOs,
        long originalSize,
        long currentSize,
        int geometry,
        int type,
        boolean hasUuid,
        int saved,
        boolean isReservedZero) {

    static final int LENGTH = 512;
    static final int FIXED = 2;
    static final int DYNAMIC = 3;
    static final String COOKIE = "conectix";

    /** Microsoft's limit, 2040 GiB; a fixed disk may be as large as 32 bits of sectors. */
    private static final long MAX_SIZE = 1L << 41;

    /** Reads the footer at {@code offset} and validates cookie, checksum, version and size. */
    static VhdFooter read(BoundedFile file, long offset) {
        var bytes = file.read(offset, LENGTH);
        requireText(file, offset, bytes, COOKIE);
        requireChecksum(file, offset, bytes, 64);
        var version = bytes.getInt(12);
        file.require(version == 0x00010000, offset + 12, "the version is %08x".formatted(version), "00010000");
        var size = bytes.getLong(48);
        file.require(
                size > 0 && size <= MAX_SIZE && size % 512 == 0,
                offset + 48,
                "the disk's size is " + Long.toUnsignedString(size),
                "a multiple of 512 up to " + MAX_SIZE);
        return new VhdFooter(
                bytes.getInt(8),
                bytes.getLong(16),
                bytes.getInt(24) & 0xffffffffL,
                Bytes.text(bytes, 28, 4),
                bytes.getInt(32),
                bytes.getInt(36),
                bytes.getLong(40),
                size,
                bytes.getInt(56),
                bytes.getInt(60),
                !Bytes.isZero(bytes, 68, 84),
                bytes.get(84),
                Bytes.isZero(bytes, 85, LENGTH));
    }

    /** Whether tapdisk of this version or later wrote the file. */
    boolean isByTapdisk(int version) {
        return creator.startsWith("tap") && creatorVersion >= version;
    }

    /** The largest geometry by the specification's algorithm for a disk of {@code size} bytes. */
    static int geometry(long size) {
        var sectors = Math.min(size / 512, 65_535L * 16 * 255);
        if (sectors >= 65_535L * 16 * 63) {
            return geometry(sectors, 16, 255);
        }
        var tracks = sectors / 17;
        var heads = Math.max(4, (tracks + 1023) / 1024);
        if (tracks < heads * 1024 && heads <= 16) {
            return geometry(sectors, heads, 17);
        }
        return sectors / 31 < 16 * 1024 ? geometry(sectors, 16, 31) : geometry(sectors, 16, 63);
    }

    private static int geometry(long sectors, long heads, int perTrack) {
        var cylinders = sectors / perTrack / heads;
        return (int) (cylinders << 16 | heads << 8 | perTrack);
    }

    static void requireText(BoundedFile file, long offset, ByteBuffer bytes, String cookie) {
        var found = Bytes.text(bytes, 0, cookie.length());
        file.require(found.equals(cookie), offset, "the cookie is '" + found + "'", "'" + cookie + "'");
    }

    /** The checksum is the ones' complement of the sum of all bytes except its own four. */
    static void requireChecksum(BoundedFile file, long offset, ByteBuffer bytes, int field) {
        var own = bytes.getInt(field);
        var sum = Bytes.sum(bytes) - Bytes.sum(bytes.slice(field, 4));
        file.require(own == ~sum, offset + field, "the checksum is %08x".formatted(own), "%08x".formatted(~sum));
    }
}
