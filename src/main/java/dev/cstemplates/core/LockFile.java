package dev.cstemplates.core;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.HashSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * An exclusive lock between threads and processes of one host. The operating system releases it when its holder exits, for whatever
 * reason. The file is never deleted: unlinking it would let two processes lock two files of the same name.
 *
 * <p>POSIX drops all locks that a process has on a file when the process closes <em>any</em> descriptor of that file. So nothing but this
 * class may open a lock file, and this class never opens one that this process holds: {@link #HELD} answers for those.
 */
public final class LockFile implements AutoCloseable {

    private static final Duration PAUSE = Duration.ofMillis(200);

    /** Device and inode of every lock file that this process holds; also the monitor under which lock files are opened and closed. */
    private static final Set<Object> HELD = new HashSet<>();

    private final Path file;
    private final Object inode;
    private final FileChannel channel;
    private boolean isClosed;

    private LockFile(Path file, Object inode, FileChannel channel) {
        this.file = file;
        this.inode = inode;
        this.channel = channel;
    }

    /** The lock; empty if another thread or process holds it. Creates the file and its directory if necessary. */
    public static Optional<LockFile> tryAcquire(Path file) {
        CstHome.createDirectories(FileTrees.parentOf(file));
        try {
            create(file);
            return tryLock(file);
        } catch (IOException e) {
            throw Failure.host(
                            "Cannot lock " + file + ": " + e,
                            "Check that the directory is writable and its file system supports locks.")
                    .because(e);
        }
    }

    /** Waits for the lock without a time limit; {@code onWait} runs once if it has to wait. Fails if the thread is interrupted. */
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

    /** As {@link #tryAcquire}, but never creates the file; empty if it is missing. */
    static Optional<LockFile> tryAcquireExisting(Path file) throws IOException {
        try {
            return tryLock(file);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /**
     * Whether a thread or process holds the lock now. Creates no file and never releases a lock of this process. It briefly takes a free
     * lock, so a concurrent {@link #tryAcquire} of another process may fail.
     */
    static boolean isHeld(Path file) throws IOException {
        synchronized (HELD) {
            try {
                if (HELD.contains(inodeOf(file))) {
                    return true;
                }
                var lock = tryLock(file);
                lock.ifPresent(LockFile::close);
                return lock.isEmpty();
            } catch (NoSuchFileException e) {
                return false;
            }
        }
    }

    /** The file that is locked. */
    public Path file() {
        return file;
    }

    private static Optional<LockFile> tryLock(Path file) throws IOException {
        synchronized (HELD) {
            var inode = inodeOf(file);
            if (HELD.contains(inode)) {
                return Optional.empty();
            }
            var channel = FileChannel.open(file, StandardOpenOption.WRITE);
            try {
                FileLock lock = channel.tryLock();
                // If the file was replaced in the meantime, others lock the new one.
                if (lock != null && inodeOf(file).equals(inode)) {
                    HELD.add(inode);
                    return Optional.of(new LockFile(file, inode, channel));
                }
            } catch (IOException | RuntimeException e) {
                channel.close();
                throw e;
            }
            channel.close();
            return Optional.empty();
        }
    }

    /**
     * Creates the lock file if it is missing. Creating opens and closes it: between the two, no other thread of this process may lock it.
     */
    static void create(Path file) throws IOException {
        synchronized (HELD) {
            if (!Files.exists(file)) {
                try {
                    Files.createFile(file);
                } catch (FileAlreadyExistsException e) {
                    // Another process was faster.
                }
            }
        }
    }

    private static Object inodeOf(Path file) throws IOException {
        return Objects.requireNonNull(
                Files.readAttributes(file, BasicFileAttributes.class).fileKey(), "Linux has inodes");
    }

    /** Releases the lock; does nothing the second time. */
    @Override
    public void close() {
        synchronized (HELD) {
            if (isClosed) {
                return;
            }
            isClosed = true;
            try {
                channel.close();
            } catch (IOException e) {
                throw Failure.host("Cannot release the lock " + file + ": " + e, "")
                        .because(e);
            } finally {
                HELD.remove(inode);
            }
        }
    }
}
