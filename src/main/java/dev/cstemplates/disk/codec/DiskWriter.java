/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.disk.codec;

import dev.cstemplates.core.ByteSize;
import dev.cstemplates.core.Failure;
import java.io.Closeable;
import java.io.IOException;

/** Writes a disk to one file, from the first cluster to the last. */
public interface DiskWriter extends Closeable {

    /** Appends the next cluster that is not zero; {@code index} only grows. */
    void write(long index, Cluster cluster) throws IOException;

    /**
     * Completes the file.
     *
     * @param contentDigest digest of what a guest sees (see {@code specs/disk-formats.md}), for identifiers that depend on the content only
     */
    void finish(String contentDigest) throws IOException;

    /**
     * Refuses a disk that the format cannot hold.
     *
     * @throws Failure of kind usage
     */
    static void requireSize(String format, long size, long largest) {
        if (size > largest) {
            throw Failure.usage(
                    "A %s holds at most %s, but the disk has %s"
                            .formatted(format, new ByteSize(largest), new ByteSize(size)),
                    "Choose another format, or make the disk smaller.");
        }
    }

    /** Releases temporary resources. */
    @Override
    default void close() throws IOException {}
}
