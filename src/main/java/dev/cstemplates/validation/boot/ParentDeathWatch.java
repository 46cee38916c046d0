package dev.cstemplates.validation.boot;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Lets a child process notice that its parent is gone, however that died: the parent holds a lock on a file, which the kernel
 * takes from it at its end, and the child waits for that lock.
 */
public final class ParentDeathWatch implements AutoCloseable {

    private final Path file;
    private final FileChannel channel;

    private ParentDeathWatch(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /** The parent's end; closing it tells the child to end. */
    public static ParentDeathWatch hold(Path file) throws IOException {
        var channel = open(file);
        try {
            if (channel.tryLock() == null) {
                throw new IOException("another boot check works in " + file.getParent());
            }
            return new ParentDeathWatch(file, channel);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /** The child's end: ends this process as soon as nobody holds {@code file} any more. */
    static void endWith(Path file) {
        Thread.ofPlatform().daemon().name("lifeline").start(() -> {
            try (var channel = open(file);
                    var lock = channel.lock()) {
                Runtime.getRuntime().halt(lock.isValid() ? 130 : 131);
            } catch (IOException e) {
                Runtime.getRuntime().halt(131);
            }
        });
    }

    public Path file() {
        return file;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    private static FileChannel open(Path file) throws IOException {
        return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    }
}
