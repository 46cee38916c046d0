package dev.cstemplates.disk;

import dev.cstemplates.disk.io.DiskReader;
import java.nio.ByteBuffer;

/** A disk in memory of which the first {@code zeroes} bytes are known to be zero. */
public record MemoryDisk(byte[] content, int zeroes) implements DiskReader {

    public MemoryDisk(byte[] content) {
        this(content, 0);
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
