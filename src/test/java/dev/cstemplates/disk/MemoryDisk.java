/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.disk;

import dev.cstemplates.disk.io.DiskReader;
import java.nio.ByteBuffer;

/** A disk in memory of which the first bytes may be known to be zero. */
public final class MemoryDisk implements DiskReader {

    private final byte[] content;
    private final int zeroes;

    public MemoryDisk(byte[] content) {
        this(content, 0);
    }

    /** @param zeroes number of bytes at the start that {@link #zeroes(long)} reports */
    public MemoryDisk(byte[] content, int zeroes) {
        this.content = content;
        this.zeroes = zeroes;
    }

    @Override
    public long size() {
        return content.length;
    }

    @Override
    public void read(long offset, ByteBuffer target) {
        target.put(content, (int) offset, target.remaining());
    }

    @Override
    public long zeroes(long offset) {
        return Math.max(0, zeroes - offset);
    }

    @Override
    public void close() {}
}
