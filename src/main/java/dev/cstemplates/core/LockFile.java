package dev.cstemplates.core;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;

/**
 * A lock that threads and processes of one machine agree on. The operating system gives it back when its holder dies, however it
 * dies; the empty file stays.
 */
public final class LockFile implements AutoCloseable {

    private static final Duration PAUSE = Duration.ofMillis(200);

    private final Path file;
    private final FileChannel channel;
    private final FileLock lock;

    private LockFile(Path file, FileChannel channel, FileLock lock) {
        this.file = file;
        this.channel = channel;
        this.lock = lock;
    }

    /** The lock, or nothing when somebody else holds it. */
    public static Optional<LockFile> tryAcquire(Path file) {
        CstHome.made(FileTrees.parentOf(file));
        try {
            var channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            try {
                var lock = channel.tryLock();
                if (lock != null) {
                    return Optional.of(new LockFile(file, channel, lock));
                }
            } catch (OverlappingFileLockException e) {
                // Another thread of this process holds it: the same answer as for another process.
            }
            channel.close();
            return Optional.empty();
        } catch (IOException e) {
            throw Failure.host("The lock " + file + " can't be used: " + e, "Is its folder writable?")
                    .because(e);
        }
    }

    /** Waits for the lock as long as it takes; {@code onWait} runs once if it has to wait. Ends early when interrupted. */
    public static LockFile acquire(Path file, Runnable onWait) {
        var first = tryAcquire(file);
        if (first.isPresent()) {
            return first.get();
        }
        onWait.run();
        while (true) {
            try {
                Thread.sleep(PAUSE);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw Failure.cancelled("Waiting for " + file.getFileName()).because(e);
            }
            var next = tryAcquire(file);
            if (next.isPresent()) {
                return next.get();
            }
        }
    }

    /** Gives the lock back for good: for a name that nobody will ask for again. */
    public void discard() {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            // An empty file that stays does no harm.
        }
        close();
    }

    @Override
    public void close() {
        try {
            lock.release();
            channel.close();
        } catch (IOException e) {
            throw Failure.host("A lock can't be given back: " + e, "").because(e);
        }
    }
}
