/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.disk.io;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/**
 * A file being written; offsets count from {@code base}.
 *
 * @param base offset in bytes of the disk in the file
 */
public record DiskFile(FileChannel channel, long base) {

    public void write(long offset, MemorySegment data) throws IOException {
        write(offset, data.asByteBuffer());
    }

    /** Writes all that remains in {@code data}. */
    public void write(long offset, ByteBuffer data) throws IOException {
        var position = base + offset;
        while (data.hasRemaining()) {
            position += channel.write(data, position);
        }
    }

    /** Extends the file to its final length, {@code base} not counted. */
    public void end(long length) throws IOException {
        if (channel.size() < base + length) {
            write(length - 1, ByteBuffer.allocate(1));
        }
    }
}
