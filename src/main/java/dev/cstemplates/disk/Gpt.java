/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.disk;

import dev.cstemplates.core.Failure;
import dev.cstemplates.disk.io.DiskReader;
import dev.cstemplates.disk.io.PatchedReader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.CRC32;

/** A GUID partition table with sectors of 512 bytes (UEFI specification, chapter 5). */
public final class Gpt {

    private static final int SECTOR = 512;
    private static final byte[] SIGNATURE = "EFI PART".getBytes(StandardCharsets.US_ASCII);
    private static final int CRC = 16;
    private static final int OWN_SECTOR = 24;
    private static final int OTHER_SECTOR = 32;
    private static final int LAST_USABLE = 48;
    private static final int ENTRIES_SECTOR = 72;
    private static final int ENTRY_COUNT = 80;
    private static final int ENTRY_LENGTH = 84;
    private static final int SHORTEST_HEADER = 92;
    private static final int MOST_ENTRY_BYTES = 1 << 20;
    /** Offset in a protective MBR of the number of sectors of its partition. */
    private static final int MBR_SECTORS = 446 + 12;

    private static final int MBR_TYPE = 446 + 4;
    private static final byte MBR_PROTECTIVE = (byte) 0xEE;

    private final DiskReader disk;
    private final ByteBuffer header;
    private final ByteBuffer entries;

    private Gpt(DiskReader disk, ByteBuffer header, ByteBuffer entries) {
        this.disk = disk;
        this.header = header;
        this.entries = entries;
    }

    /**
     * A partition.
     *
     * @param number from 1
     * @param firstSector inclusive
     * @param lastSector inclusive
     */
    public record Partition(int number, long firstSector, long lastSector) {}

    /** The disk's table; empty if it has none, or one with a wrong checksum. */
    public static Optional<Gpt> of(DiskReader disk) {
        if (disk.size() < 3 * SECTOR) {
            return Optional.empty();
        }
        var header = read(disk, SECTOR, SECTOR);
        if (!isHeader(header)) {
            return Optional.empty();
        }
        var entryBytes = Integer.toUnsignedLong(header.getInt(ENTRY_COUNT))
                * Integer.toUnsignedLong(header.getInt(ENTRY_LENGTH));
        var at = header.getLong(ENTRIES_SECTOR);
        if (entryBytes <= 0
                || entryBytes > MOST_ENTRY_BYTES
                || header.getInt(ENTRY_LENGTH) < 128
                || at < 2
                || at > (disk.size() - entryBytes) / SECTOR) {
            return Optional.empty();
        }
        return Optional.of(new Gpt(disk, header, read(disk, at * SECTOR, (int) entryBytes)));
    }

    /** The partitions in the order of their first sectors. */
    public List<Partition> partitions() {
        var partitions = new ArrayList<Partition>();
        var length = header.getInt(ENTRY_LENGTH);
        for (var index = 0; index < header.getInt(ENTRY_COUNT); index++) {
            var entry = index * length;
            var isUsed = entries.getLong(entry) != 0 || entries.getLong(entry + 8) != 0;
            if (isUsed) {
                partitions.add(new Partition(index + 1, entries.getLong(entry + 32), entries.getLong(entry + 40)));
            }
        }
        partitions.sort(Comparator.comparingLong(Partition::firstSector));
        return partitions;
    }

    /** Offset in bytes behind the last partition; 0 if there is none. */
    long endOfPartitions() {
        return partitions().stream()
                        .mapToLong(partition -> Math.clamp(partition.lastSector(), 0, Long.MAX_VALUE / SECTOR - 1) + 1)
                        .max()
                        .orElse(0)
                * SECTOR;
    }

    /** Whether a sound backup of this table is in the last sector, and the table refers to it. */
    boolean hasBackupAtEnd() {
        var last = disk.size() / SECTOR - 1;
        return header.getLong(OTHER_SECTOR) == last && isHeader(read(disk, last * SECTOR, SECTOR));
    }

    /** The same disk with the backup table at its end. */
    PatchedReader withBackupAtEnd() {
        var size = disk.size() / SECTOR * SECTOR;
        var lastUsable = size / SECTOR - 2 - Math.ceilDiv(entries.capacity(), SECTOR);
        if (endOfPartitions() > (lastUsable + 1) * SECTOR) {
            throw Failure.build(
                    "There is no space for a backup partition table after the last partition",
                    "Enlarge the disk first: qemu-img resize FILE +1M.");
        }
        return grownTo(size);
    }

    private static boolean isHeader(ByteBuffer header) {
        var length = header.getInt(12);
        return Arrays.equals(Arrays.copyOf(bytes(header), SIGNATURE.length), SIGNATURE)
                && length >= SHORTEST_HEADER
                && length <= SECTOR
                && header.getInt(CRC) == headerChecksum(header);
    }

    /**
     * The same disk, larger, with the backup table at its new end, where firmware and installers expect it.
     *
     * @param size in bytes, a multiple of 512, at least the size of the disk
     */
    public PatchedReader grownTo(long size) {
        var sectors = size / SECTOR;
        var entrySectors = Math.ceilDiv(entries.capacity(), SECTOR);
        var patches = new TreeMap<Long, byte[]>();
        eraseOldBackup(patches, entrySectors, sectors - 1 - entrySectors);
        var primary = copy();
        primary.putLong(OTHER_SECTOR, sectors - 1).putLong(LAST_USABLE, sectors - 2 - entrySectors);
        patches.put(0L, mbr(sectors));
        patches.put((long) SECTOR, signed(primary));
        var backup = copy();
        backup.putLong(OWN_SECTOR, sectors - 1)
                .putLong(OTHER_SECTOR, 1)
                .putLong(LAST_USABLE, sectors - 2 - entrySectors)
                .putLong(ENTRIES_SECTOR, sectors - 1 - entrySectors);
        patches.put((sectors - 1 - entrySectors) * SECTOR, Arrays.copyOf(bytes(entries), entrySectors * SECTOR));
        patches.put((sectors - 1) * SECTOR, signed(backup));
        return new PatchedReader(disk, size, patches);
    }

    /** Erases the backup at the old end, which would look like a second table in the middle of the disk. */
    private void eraseOldBackup(Map<Long, byte[]> patches, int entrySectors, long newBackup) {
        var at = header.getLong(OTHER_SECTOR);
        var begin = at - entrySectors;
        if (at > 1
                && at < disk.size() / SECTOR
                && begin < newBackup
                && header.getLong(LAST_USABLE) < begin
                && isHeader(read(disk, at * SECTOR, SECTOR))) {
            patches.put(begin * SECTOR, new byte[(int) (Math.min(at + 1, newBackup) - begin) * SECTOR]);
        }
    }

    private byte[] mbr(long sectors) {
        var mbr = read(disk, 0, SECTOR);
        if (mbr.get(MBR_TYPE) == MBR_PROTECTIVE) {
            mbr.putInt(MBR_SECTORS, (int) Math.min(sectors - 1, 0xFFFFFFFFL));
        }
        return bytes(mbr);
    }

    private ByteBuffer copy() {
        return ByteBuffer.wrap(bytes(header)).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static byte[] signed(ByteBuffer header) {
        header.putInt(CRC, headerChecksum(header));
        return bytes(header);
    }

    private static int headerChecksum(ByteBuffer header) {
        var crc = new CRC32();
        var bytes = bytes(header);
        Arrays.fill(bytes, CRC, CRC + Integer.BYTES, (byte) 0);
        crc.update(bytes, 0, header.getInt(12));
        return (int) crc.getValue();
    }

    private static byte[] bytes(ByteBuffer buffer) {
        var bytes = new byte[buffer.capacity()];
        buffer.get(0, bytes);
        return bytes;
    }

    private static ByteBuffer read(DiskReader disk, long offset, int length) {
        var bytes = ByteBuffer.allocate(length);
        disk.read(offset, bytes);
        return bytes.rewind().order(ByteOrder.LITTLE_ENDIAN);
    }
}
