/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.disk.qcow2;

import java.nio.file.Path;
import java.util.List;

/**
 * The header of a QCOW2 file, as far as readers and CloudStack need it. Offsets and bits: QEMU's {@code docs/interop/qcow2.txt}.
 *
 * @param version 2 or 3
 * @param backingFileOffset 0 where there is no backing file
 * @param clusterBits size of a cluster as a power of two, 9 to 21
 * @param virtualSize size of the disk in bytes
 * @param encryption 0 none, 1 AES, 2 LUKS
 * @param snapshots number of internal snapshots
 * @param incompatibleFeatures the word at byte 72; 0 in version 2, which has no such field
 * @param wordAt72 the same bytes in any version, as CloudStack reads them
 * @param compression 0 zlib, 1 zstd
 * @param l1Offset offset in bytes of the L1 table
 * @param l1Entries number of entries of the L1 table, at least as many as the virtual size requires
 * @param extensions types of the header extensions, in file order
 */
public record Qcow2Header(
        int version,
        long backingFileOffset,
        int clusterBits,
        long virtualSize,
        int encryption,
        int snapshots,
        long incompatibleFeatures,
        long wordAt72,
        int compression,
        long l1Offset,
        long l1Entries,
        List<Integer> extensions) {

    /** Header extension that names an external data file. */
    static final int DATA_FILE_EXTENSION = 0x44415441;

    /** Header extension that lists persistent bitmaps. */
    static final int BITMAPS_EXTENSION = 0x23852875;

    private static final long DIRTY = 1;
    private static final long CORRUPT = 1L << 1;
    private static final long EXTERNAL_DATA_FILE = 1L << 2;
    private static final long COMPRESSION_TYPE = 1L << 3;
    private static final long EXTENDED_L2 = 1L << 4;
    private static final long KNOWN = DIRTY | CORRUPT | EXTERNAL_DATA_FILE | COMPRESSION_TYPE | EXTENDED_L2;

    public Qcow2Header {
        extensions = List.copyOf(extensions);
    }

    /**
     * Reads and validates the header of {@code file}, which may be hostile: reads at most one cluster, trusts no field.
     *
     * @throws dev.cstemplates.core.Failure of kind build that names the offset, what was found and what was expected
     */
    public static Qcow2Header read(Path file) {
        return Qcow2HeaderReader.read(file);
    }

    public long clusterSize() {
        return 1L << clusterBits;
    }

    public boolean hasBackingFile() {
        return backingFileOffset != 0;
    }

    public boolean isDirty() {
        return has(DIRTY);
    }

    public boolean isCorrupt() {
        return has(CORRUPT);
    }

    public boolean hasExternalDataFile() {
        return has(EXTERNAL_DATA_FILE) || extensions.contains(DATA_FILE_EXTENSION);
    }

    public boolean hasExtendedL2() {
        return has(EXTENDED_L2);
    }

    /** Whether a bit is set that this version does not support. */
    boolean hasUnknownFeatures() {
        return (incompatibleFeatures & ~KNOWN) != 0;
    }

    private boolean has(long bit) {
        return (incompatibleFeatures & bit) != 0;
    }
}
