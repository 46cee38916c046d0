/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.disk.qcow2;

import dev.cstemplates.disk.codec.Cluster;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Reference counts of the clusters of a QCOW2 file: 2 bytes for each 64 KiB of the file. */
final class Refcounts {

    private static final int PER_BLOCK = Cluster.SIZE / Short.BYTES;

    private final List<short[]> blocks = new ArrayList<>();

    /**
     * The refcount table followed by its blocks, as in the file.
     *
     * @param tableClusters number of clusters of the refcount table
     */
    record RefcountTables(ByteBuffer bytes, int tableClusters) {}

    /** Increments the count of every cluster that these bytes of the file touch. */
    void add(long offset, long length) {
        var last = (offset + length - 1) / Cluster.SIZE;
        for (var cluster = offset / Cluster.SIZE; cluster <= last; cluster++) {
            while (cluster / PER_BLOCK >= blocks.size()) {
                blocks.add(new short[PER_BLOCK]);
            }
            blocks.get((int) (cluster / PER_BLOCK))[(int) (cluster % PER_BLOCK)]++;
        }
    }

    /** The tables, to be written at {@code offset}, the end of all other data; they include their own clusters. */
    RefcountTables tables(long offset) {
        var used = offset / Cluster.SIZE;
        var blockCount = 0L;
        var tableClusters = 0L;
        for (var before = -1L; before != blockCount + tableClusters; ) {
            before = blockCount + tableClusters;
            blockCount = Math.ceilDiv(used + before, (long) PER_BLOCK);
            tableClusters = Math.ceilDiv(blockCount * Long.BYTES, (long) Cluster.SIZE);
        }
        add(offset, (blockCount + tableClusters) * Cluster.SIZE);
        var bytes = ByteBuffer.allocate(Math.toIntExact((blockCount + tableClusters) * Cluster.SIZE));
        for (var block = 0; block < blockCount; block++) {
            var position = (int) (tableClusters + block) * Cluster.SIZE;
            bytes.putLong(block * Long.BYTES, offset + position);
            bytes.slice(position, Cluster.SIZE).asShortBuffer().put(blocks.get(block));
        }
        return new RefcountTables(bytes, (int) tableClusters);
    }
}
