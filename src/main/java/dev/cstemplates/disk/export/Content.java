package dev.cstemplates.disk.export;

import dev.cstemplates.disk.Gpt;
import dev.cstemplates.disk.codec.Cluster;
import dev.cstemplates.disk.io.DiskReader;
import dev.cstemplates.disk.io.PatchedReader;
import dev.cstemplates.disk.vhd.VhdWriter;
import java.util.TreeMap;
import java.util.function.LongPredicate;

/**
 * What goes into a file.
 *
 * @param reader the content, whole
 * @param differs whether the 64 KiB from this offset on may differ from the disk that all contents of an export start from
 */
public record Content(DiskReader reader, LongPredicate differs) {

    /** The disk that all others start from. */
    public static Content of(DiskReader reader) {
        return new Content(reader, offset -> false);
    }

    /**
     * The same content in whole blocks of 2 MiB, as XenServer wants it. Where that makes it larger, zeroes are added, and the backup of
     * its partition table moves to the new end.
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
