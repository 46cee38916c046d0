package dev.cstemplates.disk.codec;

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

    /** Releases temporary resources. */
    @Override
    default void close() throws IOException {}
}
