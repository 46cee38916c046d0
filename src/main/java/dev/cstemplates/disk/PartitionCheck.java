/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.disk;

import dev.cstemplates.core.ByteSize;
import dev.cstemplates.core.Failure;
import dev.cstemplates.disk.io.DiskReader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;

/** Checks that a disk is as long as its partition table says, and that the table is complete. */
final class PartitionCheck {

    private static final int SECTOR = 512;
    private static final int MBR_ENTRIES = 446;
    private static final int MBR_ENTRY = 16;
    private static final int MBR_SIGNATURE = 0xAA55;
    private static final int PROTECTIVE = 0xEE;

    private final Path file;
    private final DiskReader disk;

    private PartitionCheck(Path file, DiskReader disk) {
        this.file = file;
        this.disk = disk;
    }

    /**
     * The disk, with its backup partition table at its end if {@code options} ask for that.
     *
     * @throws Failure if a partition ends beyond the disk
     */
    static DiskReader check(Path file, DiskReader disk, InputOptions options) {
        var check = new PartitionCheck(file, disk);
        var table = Gpt.of(disk);
        if (table.isEmpty()) {
            check.requireInside(check.endOfMbrPartitions());
            return disk;
        }
        check.requireInside(table.get().endOfPartitions());
        if (table.get().hasBackupAtEnd()) {
            return disk;
        }
        if (options.fixGpt()) {
            return table.get().withBackupAtEnd();
        }
        options.warning()
                .accept("The backup partition table of " + file + " is not at the end of the disk, where firmware and"
                        + " installers expect it. --fix-gpt puts it there.");
        return disk;
    }

    private void requireInside(long end) {
        if (end > disk.size()) {
            throw Failure.build(
                    "%s is cut off: its partitions end at byte %d (%s), the disk at byte %d (%s)"
                            .formatted(file, end, new ByteSize(end), disk.size(), new ByteSize(disk.size())),
                    "Copy or download it again; compare its checksum.");
        }
    }

    /** Offset in bytes behind the last partition; 0 if there is no table, as on a disk that is one file system. */
    private long endOfMbrPartitions() {
        if (disk.size() < SECTOR) {
            return 0;
        }
        var sector = ByteBuffer.allocate(SECTOR).order(ByteOrder.LITTLE_ENDIAN);
        disk.read(0, sector);
        var end = 0L;
        for (var entry = MBR_ENTRIES; entry < MBR_ENTRIES + 4 * MBR_ENTRY; entry += MBR_ENTRY) {
            var status = sector.get(entry) & 0xff;
            var type = sector.get(entry + 4) & 0xff;
            var first = sector.getInt(entry + 8) & 0xffffffffL;
            var count = sector.getInt(entry + 12) & 0xffffffffL;
            // A file system's boot sector has the same signature, with code instead of entries.
            if ((status != 0 && status != 0x80) || (type != 0 && first == 0)) {
                return 0;
            }
            // The length in a protective entry is often wrong and used by nobody.
            if (type != 0 && type != PROTECTIVE) {
                end = Math.max(end, (first + count) * SECTOR);
            }
        }
        return (sector.getShort(SECTOR - 2) & 0xffff) == MBR_SIGNATURE ? end : 0;
    }
}
