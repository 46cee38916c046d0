package dev.cstemplates.disk.io;

import java.io.Closeable;
import java.io.IOException;

/** Writes one file of one format, in one go from the first cluster to the last. */
public interface DiskWriter extends Closeable {

    /** Takes the next cluster that is not zero; {@code index} only grows. */
    void write(long index, Cluster cluster) throws IOException;

    /**
     * Writes what can only be known at the end. The file is whole afterwards.
     *
     * @param contentDigest see {@link ContentDigest}: what makes the same content the same file
     */
    void finish(String contentDigest) throws IOException;

    /** Lets go of what only the writing needed. */
    @Override
    default void close() throws IOException {}
}
