package dev.cstemplates.core;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/** Deletes and publishes whole directories. */
public final class FileTrees {

    private FileTrees() {}

    /**
     * Deletes a directory with its content, if it exists. Does not follow links, and never leaves the file system of the directory: a
     * mount point below it is an error and is not deleted.
     */
    public static void delete(Path folder) throws IOException {
        if (Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
            deleteContents(folder, null);
            Files.deleteIfExists(folder);
        }
    }

    /** As {@link #delete}, but keeps the directory itself, and the file {@code kept} in it. */
    static void deleteContents(Path folder, @Nullable Path kept) throws IOException {
        var device = deviceOf(folder);
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path each, BasicFileAttributes attributes) throws IOException {
                if (!deviceOf(each).equals(device)) {
                    throw new IOException(each + " is mounted; unmount it first");
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (!file.equals(kept)) {
                    Files.deleteIfExists(file);
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException error) throws IOException {
                if (error instanceof NoSuchFileException) {
                    // Another process deletes the same files.
                    return FileVisitResult.CONTINUE;
                }
                throw error;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path each, @Nullable IOException error) throws IOException {
                if (error != null && !(error instanceof NoSuchFileException)) {
                    throw error;
                }
                if (!each.equals(folder)) {
                    Files.deleteIfExists(each);
                }
                return FileVisitResult.CONTINUE;
            }
        });
    }

    /** As {@link #delete}, but fails with a {@link Failure} of kind host. */
    public static void deleteOrFail(Path folder) {
        try {
            delete(folder);
        } catch (IOException e) {
            throw Failure.host("Cannot delete " + folder + ": " + e, "Delete it by hand.")
                    .because(e);
        }
    }

    /**
     * Moves a finished directory to its final path, atomically and safe against power loss: its files are synced before it gets its
     * name. An existing directory of that name is replaced.
     */
    public static void publish(Path finished, Path target) throws IOException {
        try (var files = Files.walk(finished)) {
            for (var file : files.toList()) {
                AtomicFiles.sync(file);
            }
        }
        Files.createDirectories(parentOf(target));
        if (Files.exists(target)) {
            var former = target.resolveSibling("." + target.getFileName() + ".former");
            delete(former);
            Files.move(target, former, StandardCopyOption.ATOMIC_MOVE);
            Files.move(finished, target, StandardCopyOption.ATOMIC_MOVE);
            delete(former);
        } else {
            Files.move(finished, target, StandardCopyOption.ATOMIC_MOVE);
        }
        AtomicFiles.sync(parentOf(target));
    }

    /** The parent directory of a file. */
    public static Path parentOf(Path file) {
        var parent = file.toAbsolutePath().getParent();
        if (parent == null) {
            throw new IllegalArgumentException("The root directory has no parent: " + file);
        }
        return parent;
    }

    private static Object deviceOf(Path folder) throws IOException {
        return Files.getAttribute(folder, "unix:dev", LinkOption.NOFOLLOW_LINKS);
    }
}
