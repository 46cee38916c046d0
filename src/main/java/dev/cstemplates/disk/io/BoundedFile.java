/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.disk.io;

import dev.cstemplates.core.Failure;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A range of a file, outside of which nothing is read: a whole file, or a member of an archive. Offsets count from the start of the
 * range; those in messages from the start of the file. Thread-safe.
 */
public final class BoundedFile implements AutoCloseable {

    /** Limit for one system call: the JDK copies heap buffers through a direct buffer of the same size. */
    private static final int STEP = 1 << 20;

    /** Bits of {@code st_mode}. */
    private static final int TYPE_BITS = 0xF000;

    private static final int BLOCK_DEVICE = 0x6000;

    private final Path file;
    private final String what;
    private final FileChannel channel;
    private final long start;
    private final long length;

    private BoundedFile(Path file, String what, FileChannel channel, long start, long length) {
        this.file = file;
        this.what = what;
        this.channel = channel;
        this.start = start;
        this.length = length;
    }

    /**
     * Opens the whole of {@code file}.
     *
     * @param what its kind, for messages: "QCOW2 disk"
     */
    public static BoundedFile open(Path file, String what) {
        if (!Files.isRegularFile(file) && !isBlockDevice(file)) {
            throw Failure.build(
                    "Cannot read " + file + " as a " + what + ": it is neither a regular file nor a block device",
                    "Check the path.");
        }
        try {
            var channel = FileChannel.open(file, StandardOpenOption.READ);
            try {
                return new BoundedFile(file, what, channel, 0, channel.size());
            } catch (IOException e) {
                channel.close();
                throw e;
            }
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    /** Whether {@code file} is a block device, for example a logical volume, an RBD or a loop device. */
    public static boolean isBlockDevice(Path file) {
        try {
            return Files.getAttribute(file, "unix:mode") instanceof Integer mode && (mode & TYPE_BITS) == BLOCK_DEVICE;
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }

    /** A smaller range of the same open file. Closing either range closes the file. */
    public BoundedFile part(long from, long length, String what) {
        requireInside(from, length, "the range");
        return new BoundedFile(file, what, channel, start + from, length);
    }

    Path file() {
        return file;
    }

    public long length() {
        return length;
    }

    /** Fills {@code target} from {@code offset} on. */
    public void read(long offset, ByteBuffer target) {
        requireInside(offset, target.remaining(), "the range");
        var at = start + offset;
        var end = target.limit();
        try {
            while (target.position() < end) {
                target.limit(Math.min(end, target.position() + STEP));
                var got = channel.read(target, at);
                if (got < 0) {
                    throw broken(at - start, "the file ends", "its length when it was opened");
                }
                at += got;
            }
        } catch (IOException e) {
            throw unreadable(file, e);
        } finally {
            target.limit(end);
        }
    }

    /** A new buffer with {@code length} bytes from {@code offset} on, big endian. */
    public ByteBuffer read(long offset, int length) {
        requireInside(offset, length, "the range");
        var bytes = ByteBuffer.allocate(length);
        read(offset, bytes);
        return bytes.flip();
    }

    /** The bytes of a range as a stream, which does not have to be closed. */
    public InputStream stream(long from, long bytes) {
        requireInside(from, bytes, "the range");
        return new InputStream() {

            private long at = from;

            @Override
            public int read() {
                var one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] target, int offset, int most) {
                var count = (int) Math.min(most, from + bytes - at);
                if (count <= 0) {
                    return most == 0 ? 0 : -1;
                }
                BoundedFile.this.read(at, ByteBuffer.wrap(target, offset, count));
                at += count;
                return count;
            }

            @Override
            public int available() {
                return (int) Math.min(Integer.MAX_VALUE, from + bytes - at);
            }
        };
    }

    /** Throws {@link #broken} unless {@code holds} is true. */
    public void require(boolean holds, long offset, String found, String expected) {
        if (!holds) {
            throw broken(offset, found, expected);
        }
    }

    /** The failure of a file whose bytes at {@code offset} violate the format. */
    public Failure broken(long offset, String found, String expected) {
        return Failure.build(
                "%s is not a valid %s: at byte %d %s, expected %s"
                        .formatted(file, what, start + offset, found, expected),
                "Create the file again; if it was downloaded, compare its checksum.");
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private void requireInside(long offset, long bytes, String name) {
        require(
                offset >= 0 && bytes >= 0 && offset <= length && bytes <= length - offset,
                offset,
                name + " has " + bytes + " bytes",
                "an end inside its " + length + " bytes");
    }

    private static Failure unreadable(Path file, IOException cause) {
        return Failure.host("Cannot read " + file + ": " + cause, "Check the file's permissions and its disk.")
                .because(cause);
    }
}
