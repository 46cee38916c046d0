/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.disk.export;

import dev.cstemplates.disk.Gpt;
import dev.cstemplates.disk.codec.Cluster;
import dev.cstemplates.disk.io.DiskReader;
import dev.cstemplates.disk.io.PatchedReader;
import dev.cstemplates.disk.vhd.VhdWriter;
import java.util.TreeMap;
import java.util.function.LongPredicate;

/**
 * The content of an output.
 *
 * @param reader the whole content
 * @param differs whether the 64 KiB at this offset may differ from the base disk of the export
 */
public record Content(DiskReader reader, LongPredicate differs) {

    /** The base disk, unchanged. */
    public static Content of(DiskReader reader) {
        return new Content(reader, offset -> false);
    }

    /**
     * The same content rounded up to whole blocks of 2 MiB, as XenServer requires. If that makes it larger, the backup partition table
     * moves to the new end.
     */
    Content inWholeBlocks() {
        var size = Math.ceilDiv(reader.size(), (long) VhdWriter.BLOCK_SIZE) * VhdWriter.BLOCK_SIZE;
        if (size == reader.size()) {
            return this;
        }
        var grown = Gpt.of(reader)
                .map(table -> table.grownTo(size))
                .orElseGet(() -> new PatchedReader(reader, size, new TreeMap<>()));
        return new Content(grown, offset -> differs.test(offset) || grown.isPatched(offset, Cluster.SIZE));
    }
}
