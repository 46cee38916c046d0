package dev.cstemplates.disk;

import org.jspecify.annotations.Nullable;

/**
 * What {@code qemu-img info} says of a disk.
 *
 * @param format QEMU's name of the format
 * @param virtualSize bytes that the guest sees
 * @param actualSize bytes on the host's disk
 * @param clusterSize bytes; 0 where the format has none
 * @param backingFile null where there is none
 * @param isDirty whether it was not closed in order
 * @param isCorrupt whether QEMU has marked it as corrupt
 * @param compat QCOW2 compatibility level, for example {@code 1.1}; empty in other formats
 * @param compressionType for example {@code zlib}; empty in other formats
 * @param extendedL2 whether it has subclusters
 * @param snapshots number of internal snapshots
 */
public record ImageInfo(
        String format,
        long virtualSize,
        long actualSize,
        long clusterSize,
        @Nullable String backingFile,
        boolean isDirty,
        boolean isCorrupt,
        String compat,
        String compressionType,
        boolean extendedL2,
        int snapshots) {}
