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

/** Folders that are there whole or not at all. */
public final class FileTrees {

    private FileTrees() {}

    /**
     * Deletes a folder and all that is in it; does nothing where there is none. Follows no link, and never leaves the file system that
     * the folder lies on: something mounted below it is an error, not deleted.
     */
    public static void delete(Path folder) throws IOException {
        if (Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
            deleteContents(folder, null);
            Files.deleteIfExists(folder);
        }
    }

    /** As {@link #delete}, but the folder itself stays, and {@code kept} in it. */
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
            public FileVisitResult visitFileFailed(Path file, IOException trouble) throws IOException {
                if (trouble instanceof NoSuchFileException) {
                    // Somebody else deletes here too.
                    return FileVisitResult.CONTINUE;
                }
                throw trouble;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path each, @Nullable IOException trouble) throws IOException {
                if (trouble != null && !(trouble instanceof NoSuchFileException)) {
                    throw trouble;
                }
                if (!each.equals(folder)) {
                    Files.deleteIfExists(each);
                }
                return FileVisitResult.CONTINUE;
            }
        });
    }

    /** Deletes a folder that is no longer needed; a {@link Failure} of kind host where that can't be done. */
    public static void forget(Path folder) {
        try {
            delete(folder);
        } catch (IOException e) {
            throw Failure.host("Cannot remove " + folder + ": " + e, "Remove it by hand.")
                    .because(e);
        }
    }

    /**
     * Moves a finished folder to where others look for it, in one step that survives a power cut: its files are on the disk before
     * the name is. A folder that has the name already goes first.
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

    /** The folder that a file lies in. */
    public static Path parentOf(Path file) {
        var parent = file.toAbsolutePath().getParent();
        if (parent == null) {
            throw new IllegalArgumentException("The root folder lies in no other: " + file);
        }
        return parent;
    }

    private static Object deviceOf(Path folder) throws IOException {
        return Files.getAttribute(folder, "unix:dev", LinkOption.NOFOLLOW_LINKS);
    }
}
