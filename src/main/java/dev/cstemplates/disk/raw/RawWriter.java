/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.disk.raw;

import dev.cstemplates.disk.codec.Cluster;
import dev.cstemplates.disk.codec.DiskWriter;
import dev.cstemplates.disk.io.DiskFile;
import java.io.IOException;

/** Writes a raw disk as a sparse file: zero clusters stay holes. */
public final class RawWriter implements DiskWriter {

    private final DiskFile file;
    private final long size;

    /** @param size of the disk in bytes */
    public RawWriter(DiskFile file, long size) {
        this.file = file;
        this.size = size;
    }

    @Override
    public void write(long index, Cluster cluster) throws IOException {
        var offset = index * Cluster.SIZE;
        file.write(offset, cluster.data().asSlice(0, Math.min(Cluster.SIZE, size - offset)));
    }

    @Override
    public void finish(String contentDigest) throws IOException {
        file.end(size);
    }
}
