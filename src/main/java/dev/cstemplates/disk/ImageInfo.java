/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.disk;

import org.jspecify.annotations.Nullable;

/**
 * The output of {@code qemu-img info}.
 *
 * @param format QEMU's name of the format
 * @param virtualSize bytes that the guest sees
 * @param clusterSize bytes; 0 where the format has no clusters
 * @param backingFile null where there is none
 * @param isDirty whether the file was not closed properly
 * @param isCorrupt whether QEMU has marked the file as corrupt
 * @param compat QCOW2 compatibility level, for example {@code 1.1}; empty in other formats
 * @param extendedL2 whether a QCOW2 file has subclusters
 * @param snapshots number of internal snapshots
 */
public record ImageInfo(
        String format,
        long virtualSize,
        long clusterSize,
        @Nullable String backingFile,
        boolean isDirty,
        boolean isCorrupt,
        String compat,
        boolean extendedL2,
        int snapshots) {}
