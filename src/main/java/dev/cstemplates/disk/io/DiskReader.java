package dev.cstemplates.disk.io;

import java.nio.ByteBuffer;

/**
 * What a guest sees of a disk, whatever format its file has. Readers are safe for several threads at a time.
 *
 * <p>A file may be hostile: a reader trusts no field, never reads outside the file, and needs no more memory than the file's own
 * tables. What is wrong is told by a {@link dev.cstemplates.core.Failure} of kind build that names the file and the offset.
 */
public interface DiskReader extends AutoCloseable {

    /** Size of the disk in bytes, as the guest sees it. */
    long size();

    /**
     * Fills {@code target} from {@code offset} on.
     *
     * @param offset in bytes; {@code offset + target.remaining()} is not beyond {@link #size()}
     */
    void read(long offset, ByteBuffer target);

    /**
     * The length of the run of bytes from {@code offset} on that the file's tables say is all zero: 0 where data may be, else at most
     * up to the end of the disk. Nothing is read from the data itself.
     */
    long zeroes(long offset);

    @Override
    void close();
}
