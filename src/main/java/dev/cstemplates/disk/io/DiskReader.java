/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.disk.io;

import java.nio.ByteBuffer;

/**
 * The content of a disk as a guest sees it, whatever the file's format. Implementations are thread-safe.
 *
 * <p>Files may be hostile: a reader trusts no field, never reads outside the file, and needs no more memory than the file's own
 * tables. An invalid file causes a {@link dev.cstemplates.core.Failure} of kind build that names the file and the offset.
 */
public interface DiskReader extends AutoCloseable {

    /** Size of the disk in bytes, as the guest sees it. */
    long size();

    /**
     * Fills {@code target} from {@code offset} on.
     *
     * @param offset in bytes; {@code offset + target.remaining()} must not exceed {@link #size()}
     */
    void read(long offset, ByteBuffer target);

    /**
     * Length in bytes of the zero run at {@code offset} according to the file's tables; 0 where there may be data. Reads tables only.
     */
    long zeroes(long offset);

    @Override
    void close();
}
