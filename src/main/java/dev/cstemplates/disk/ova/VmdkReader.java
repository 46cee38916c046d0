/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.disk.ova;

import dev.cstemplates.disk.codec.Inflaters;
import dev.cstemplates.disk.io.BoundedFile;
import dev.cstemplates.disk.io.DiskReader;
import dev.cstemplates.disk.io.Recent;
import dev.cstemplates.disk.io.Zeroes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Objects;
import java.util.zip.DataFormatException;
import org.jspecify.annotations.Nullable;

/**
 * The disk in a VMDK file with one sparse extent and an embedded descriptor: streamOptimized (each grain is a zlib stream after a marker)
 * or monolithicSparse. Keeps the grain directory (4 bytes for each 32 MiB of disk) and up to 4 MiB of grain tables in memory.
 */
public final class VmdkReader implements DiskReader {

    private static final int SECTOR = VmdkHeader.SECTOR;
    private static final int TABLE_BYTES = VmdkHeader.ENTRIES_A_TABLE * 4;
    private static final int TABLE_MARKER = 1;
    private static final int GRAIN_MARKER_BYTES = 12;
    private static final long MAX_DIRECTORY_BYTES = 32L << 20;
    private static final int TABLES = 2048;

    private final BoundedFile file;
    private final VmdkHeader header;
    private final long tableSpan;
    private final int[] directory;
    private final Recent<int[]> tables = new Recent<>(TABLES);
    private final Inflaters inflaters = new Inflaters(false);
    private volatile @Nullable InflatedGrain latest;

    private VmdkReader(BoundedFile file) {
        this.file = file;
        this.header = VmdkHeader.read(file);
        this.tableSpan = header.grainSize() * VmdkHeader.ENTRIES_A_TABLE;
        this.directory = directory();
    }

    /** The grain read last: small reads are usually sequential. */
    private record InflatedGrain(long number, ByteBuffer bytes) {}

    public static VmdkReader open(Path path) {
        return open(BoundedFile.open(path, "VMDK disk"));
    }

    /** Takes ownership of {@code file}: it is closed with the reader, or now if opening fails. */
    static VmdkReader open(BoundedFile file) {
        try {
            return new VmdkReader(file);
        } catch (RuntimeException e) {
            file.close();
            throw e;
        }
    }

    VmdkHeader header() {
        return header;
    }

    @Override
    public long size() {
        return header.capacity();
    }

    @Override
    public void read(long offset, ByteBuffer target) {
        Objects.checkFromIndexSize(offset, target.remaining(), size());
        var at = offset;
        var limit = offset + target.remaining();
        while (at < limit) {
            var number = at / header.grainSize();
            var inside = at % header.grainSize();
            var length = (int) Math.min(header.grainSize() - inside, limit - at);
            var grain = grain(number);
            if (grain == 0) {
                Zeroes.put(target, length);
            } else if (header.isCompressed()) {
                target.put(inflated(number, grain).slice((int) inside, length));
            } else {
                length = (int) plain(number, grain, inside, limit - number * header.grainSize(), target);
            }
            at += length;
        }
    }

    /** Reads the grain and those that follow it in both file and disk, up to {@code last} bytes after the start of the first one. */
    private long plain(long number, long grain, long inside, long last, ByteBuffer target) {
        var end = header.grainSize();
        for (var next = number + 1; end < last && grain(next) == grain + end; next++) {
            end += header.grainSize();
        }
        var length = Math.min(end, last) - inside;
        var limit = target.limit();
        file.read(grain + inside, target.limit(target.position() + (int) length));
        target.limit(limit);
        return length;
    }

    @Override
    public long zeroes(long offset) {
        Objects.checkFromToIndex(offset, size(), size());
        var at = offset;
        while (at < size()) {
            if (directory[(int) (at / tableSpan)] == 0) {
                at = (at / tableSpan + 1) * tableSpan;
            } else if (grain(at / header.grainSize()) == 0) {
                at = (at / header.grainSize() + 1) * header.grainSize();
            } else {
                break;
            }
        }
        return Math.min(at, size()) - offset;
    }

    /** Offset in the file of a grain, or of its marker; 0 for a zero grain. */
    private long grain(long number) {
        var which = (int) (number / VmdkHeader.ENTRIES_A_TABLE);
        if (directory[which] == 0) {
            return 0;
        }
        var entry = tables.get(which, this::table)[(int) (number % VmdkHeader.ENTRIES_A_TABLE)] & 0xffffffffL;
        return entry == 1 && header.hasZeroGrains() ? 0 : entry * SECTOR;
    }

    private int[] directory() {
        var needed = (size() + tableSpan - 1) / tableSpan;
        file.require(
                needed * 4 <= MAX_DIRECTORY_BYTES,
                12,
                "the disk needs " + needed + " tables",
                "at most " + MAX_DIRECTORY_BYTES / 4);
        var at = header.directory();
        if (header.isAtEnd()) {
            var sectors = (needed * 4 + SECTOR - 1) / SECTOR;
            VmdkHeader.requireMarker(file, at - SECTOR, sectors, VmdkHeader.DIRECTORY_MARKER);
        }
        var entries = ints(at, (int) needed);
        for (var index = 0; index < entries.length; index++) {
            var table = (entries[index] & 0xffffffffL) * SECTOR;
            file.require(
                    table == 0 || (table >= header.endOfDescriptor() && table <= file.length() - TABLE_BYTES),
                    at + index * 4L,
                    "a grain table is at " + table,
                    "an offset after the descriptor and inside the file");
        }
        return entries;
    }

    private int[] table(int which) {
        var at = (directory[which] & 0xffffffffL) * SECTOR;
        if (header.isAtEnd()) {
            VmdkHeader.requireMarker(file, at - SECTOR, TABLE_BYTES / SECTOR, TABLE_MARKER);
        }
        var entries = ints(at, VmdkHeader.ENTRIES_A_TABLE);
        for (var index = 0; index < entries.length; index++) {
            var guest = which * tableSpan + index * header.grainSize();
            if (guest >= size()) {
                entries[index] = 0;
                continue;
            }
            var grain = (entries[index] & 0xffffffffL) * SECTOR;
            // The last grain may be cut at the end of the disk; a compressed one has its length in its marker.
            var needed = header.isCompressed() ? GRAIN_MARKER_BYTES : Math.min(header.grainSize(), size() - guest);
            var isZero = grain == 0 || (grain == SECTOR && header.hasZeroGrains());
            file.require(
                    isZero || (grain >= header.endOfDescriptor() && grain <= file.length() - needed),
                    at + index * 4L,
                    "a grain is at " + grain,
                    "an offset after the descriptor and inside the file");
        }
        return entries;
    }

    private int[] ints(long at, int count) {
        var entries = new int[count];
        file.read(at, count * 4).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().get(entries);
        return entries;
    }

    private ByteBuffer inflated(long number, long marker) {
        var known = latest;
        if (known != null && known.number() == number) {
            return known.bytes();
        }
        var bytes = ByteBuffer.allocate((int) header.grainSize());
        inflate(number, marker, bytes);
        latest = new InflatedGrain(number, bytes);
        return bytes;
    }

    private void inflate(long number, long at, ByteBuffer target) {
        var marker = file.read(at, GRAIN_MARKER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        var sector = number * (header.grainSize() / SECTOR);
        file.require(
                marker.getLong(0) == sector,
                at,
                "the grain's marker is for sector " + Long.toUnsignedString(marker.getLong(0)),
                Long.toString(sector));
        var length = marker.getInt(8) & 0xffffffffL;
        file.require(
                length > 0 && length <= 2 * header.grainSize() && length <= file.length() - at - GRAIN_MARKER_BYTES,
                at + 8,
                "the grain has " + length + " compressed bytes",
                "1 to " + 2 * header.grainSize() + ", inside the file");
        var source = file.read(at + GRAIN_MARKER_BYTES, (int) length);
        var needed = Math.min(header.grainSize(), size() - number * header.grainSize());
        try {
            var inflation = inflaters.inflate(source, target);
            file.require(
                    inflation.isComplete() && inflation.bytes() >= needed && !source.hasRemaining(),
                    at,
                    "the grain's stream has %d bytes%s"
                            .formatted(inflation.bytes(), inflation.isComplete() ? "" : " and no end"),
                    "%d, then its end".formatted(needed));
        } catch (DataFormatException e) {
            throw file.broken(at, "the zlib stream is damaged (" + e.getMessage() + ")", "a compressed grain")
                    .because(e);
        }
    }

    @Override
    public void close() {
        inflaters.close();
        file.close();
    }
}
