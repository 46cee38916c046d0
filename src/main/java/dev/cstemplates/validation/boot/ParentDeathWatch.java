package dev.cstemplates.validation.boot;

import dev.cstemplates.core.LockFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Ends a child process when its parent is gone, for whatever reason: the parent holds a lock on a file, which the kernel releases
 * when the parent exits, and the child waits for that lock.
 */
public final class ParentDeathWatch implements AutoCloseable {

    private final LockFile lock;

    private ParentDeathWatch(LockFile lock) {
        this.lock = lock;
    }

    /** For the parent; closing the watch ends the child. */
    public static ParentDeathWatch hold(Path file) throws IOException {
        return LockFile.tryAcquire(file)
                .map(ParentDeathWatch::new)
                .orElseThrow(() -> new IOException("another boot check is running in " + file.getParent()));
    }

    /** For the child: ends this process as soon as {@code file} is no longer locked. */
    static void endWith(Path file) {
        Thread.ofPlatform().daemon().name("parent death watch").start(() -> {
            // Not through LockFile, which polls: this process opens the file once and ends with it.
            try (var channel = FileChannel.open(file, StandardOpenOption.WRITE);
                    var lock = channel.lock()) {
                Runtime.getRuntime().halt(lock.isValid() ? 130 : 131);
            } catch (IOException e) {
                Runtime.getRuntime().halt(131);
            }
        });
    }

    public Path file() {
        return lock.file();
    }

    @Override
    public void close() {
        lock.close();
    }
}
