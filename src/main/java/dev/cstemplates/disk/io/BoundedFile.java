package dev.cstemplates.disk.io;

import dev.cstemplates.core.Failure;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A stretch of a file, outside of which nothing is ever read: a whole file, or a file inside an archive. Offsets count from its
 * start; those in messages from the file's. Safe for several threads at a time.
 */
public final class BoundedFile implements AutoCloseable {

    /** The most that one call of the system is asked for: a buffer on the heap is copied through one of that size. */
    private static final int STEP = 1 << 20;

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
     * @param what it should be, for messages: "QCOW2 disk"
     */
    public static BoundedFile open(Path file, String what) {
        if (!Files.isRegularFile(file)) {
            throw Failure.build(file + " is no file, so it is no " + what + " either", "");
        }
        try {
            var channel = FileChannel.open(file, StandardOpenOption.READ);
            return new BoundedFile(file, what, channel, 0, channel.size());
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    /** The {@code length} bytes from {@code from} on, which this slice has. Whichever of the two is closed first closes the file. */
    public BoundedFile part(long from, long length, String what) {
        requireInside(from, length, "this part");
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
        requireInside(offset, target.remaining(), "what is read");
        var at = start + offset;
        var end = target.limit();
        try {
            while (target.position() < end) {
                target.limit(Math.min(end, target.position() + STEP));
                var got = channel.read(target, at);
                if (got < 0) {
                    throw broken(at - start, "the file ends", "what was there when it was opened");
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
        requireInside(offset, length, "what is read");
        var bytes = ByteBuffer.allocate(length);
        read(offset, bytes);
        return bytes.flip();
    }

    /** Throws {@link #broken} unless {@code holds}. */
    public void require(boolean holds, long offset, String found, String expected) {
        if (!holds) {
            throw broken(offset, found, expected);
        }
    }

    /** The failure of a file whose bytes at {@code offset} are not what the format has there. */
    public Failure broken(long offset, String found, String expected) {
        return Failure.build(
                "%s is no sound %s: at byte %d %s, expected %s".formatted(file, what, start + offset, found, expected),
                "Make the file again; if it was downloaded, compare its checksum.");
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
        return Failure.host(file + " can't be read: " + cause, "Look at the file and its disk.")
                .because(cause);
    }
}
