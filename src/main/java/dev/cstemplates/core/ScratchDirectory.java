package dev.cstemplates.core;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * A directory for the unfinished work of one running process. It is removed by {@link #remove} or, if the process was killed, by the next
 * {@link #sweep} of another process.
 *
 * <p>The file {@value #LOCK} in it is locked while the owner is alive. Directory names are never reused, so no process can lock a new directory
 * through the lock file of an old one.
 */
public final class ScratchDirectory {

    /** Its presence marks a directory as one that a sweep may remove. */
    static final String LOCK = ".lock";

    private final Path path;
    private final LockFile lock;

    private ScratchDirectory(Path path, LockFile lock) {
        this.path = path;
        this.lock = lock;
    }

    /** Handles the directory of a killed process before it is removed. */
    @FunctionalInterface
    public interface Abandoned {
        void accept(Path directory) throws IOException;
    }

    /** Creates {@code parent/<prefix><unique>}, locked. */
    public static ScratchDirectory create(Path parent, String prefix, FileAttribute<?>... attributes)
            throws IOException {
        Files.createDirectories(parent);
        while (true) {
            var path = parent.resolve(prefix + UUID.randomUUID().toString().substring(0, 13));
            try {
                Files.createDirectory(path, attributes);
                var file = path.resolve(LOCK);
                LockFile.create(file);
                // Another process may hold the lock for a moment: to check whether it is in use, or to sweep it because
                // it was not locked yet.
                while (Files.exists(file)) {
                    var lock = LockFile.tryAcquireExisting(file);
                    if (lock.isPresent()) {
                        return new ScratchDirectory(path, lock.get());
                    }
                    Thread.onSpinWait();
                }
            } catch (NoSuchFileException e) {
                // A sweep removed the directory before it was locked: create another.
                if (!Files.isDirectory(parent)) {
                    throw e;
                }
            }
        }
    }

    /** Whether the process that owns {@code directory} is alive. */
    public static boolean isInUse(Path directory) throws IOException {
        return LockFile.isHeld(directory.resolve(LOCK));
    }

    /**
     * Removes the directories in {@code parent} whose processes are gone. One without a lock file is removed once it is
     * {@linkplain StaleDirectory stale}.
     *
     * @param prefix what their names begin with
     * @return what could not be removed, and why; a sweep never fails
     */
    public static List<String> sweep(Path parent, String prefix, Abandoned before) {
        var problems = new ArrayList<String>();
        for (var directory : below(parent, prefix, problems)) {
            try {
                sweep(directory, before);
            } catch (IOException | UncheckedIOException | Failure e) {
                problems.add("Cannot remove " + directory + ", which a killed process left: " + e.getMessage());
            }
        }
        return problems;
    }

    private static List<Path> below(Path parent, String prefix, List<String> problems) {
        if (!Files.isDirectory(parent)) {
            return List.of();
        }
        try (var children = Files.list(parent)) {
            return children.filter(
                            child -> child.getFileName().toString().startsWith(prefix) && Files.isDirectory(child))
                    .toList();
        } catch (IOException | UncheckedIOException e) {
            problems.add("Cannot list " + parent + ": " + e);
            return List.of();
        }
    }

    private static void sweep(Path directory, Abandoned before) throws IOException {
        var lock = LockFile.tryAcquireExisting(directory.resolve(LOCK));
        if (lock.isPresent()) {
            try (var _ = lock.get()) {
                before.accept(directory);
                delete(directory);
            }
        } else if (!Files.exists(directory.resolve(LOCK))) {
            // Killed right before the lock file was created, or right after it was removed.
            if (!removeIfEmpty(directory) && StaleDirectory.isStale(directory)) {
                before.accept(directory);
                FileTrees.delete(directory);
            }
        }
    }

    /** Deletes the lock file last, so that an interrupted removal leaves a directory that a sweep still recognises. */
    private static void delete(Path directory) throws IOException {
        try {
            FileTrees.deleteContents(directory, directory.resolve(LOCK));
            Files.deleteIfExists(directory.resolve(LOCK));
            Files.deleteIfExists(directory);
        } catch (NoSuchFileException e) {
            // Removed already.
        }
    }

    /** Whether the directory is gone. */
    private static boolean removeIfEmpty(Path directory) throws IOException {
        try {
            Files.deleteIfExists(directory);
            return true;
        } catch (DirectoryNotEmptyException e) {
            return false;
        }
    }

    public Path path() {
        return path;
    }

    /** Removes the directory. The lock is released even if that fails, so that a later sweep can retry. */
    public void remove() throws IOException {
        try {
            delete(path);
        } finally {
            lock.close();
        }
    }
}
