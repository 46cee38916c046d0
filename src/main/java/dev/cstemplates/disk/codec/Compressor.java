/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.disk.codec;

import java.lang.foreign.MemorySegment;

/** Compresses clusters one by one. Not thread-safe. */
public interface Compressor extends AutoCloseable {

    /**
     * Compresses {@code source} into {@code target}; both are off-heap.
     *
     * @return length of the result in bytes; 0 if it does not fit into {@code target}
     */
    long compress(MemorySegment source, MemorySegment target);

    @Override
    void close();
}
