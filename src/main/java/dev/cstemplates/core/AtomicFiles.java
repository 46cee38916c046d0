package dev.cstemplates.core;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.UUID;

/**
 * Replaces files atomically: readers see either the old or the new content, even after a power loss. Content is written to a file next
 * to the target ({@code .NAME.….part}), synced, and renamed to the target.
 */
public final class AtomicFiles {

    /** Created with mode 0600, so that other users can never read the content. */
    public static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private AtomicFiles() {}

    /** Writes a file's content. */
    @FunctionalInterface
    public interface ContentWriter {
        void writeTo(OutputStream out) throws IOException;
    }

    /** Writes UTF-8. The parent directory is created if necessary; without attributes the umask decides the file's mode. */
    public static void write(Path file, String content, FileAttribute<?>... attributes) throws IOException {
        write(file, content.getBytes(StandardCharsets.UTF_8), attributes);
    }

    public static void write(Path file, byte[] content, FileAttribute<?>... attributes) throws IOException {
        write(file, out -> out.write(content), attributes);
    }

    public static void write(Path file, ContentWriter content, FileAttribute<?>... attributes) throws IOException {
        var folder = Files.createDirectories(FileTrees.parentOf(file));
        var part = folder.resolve("." + file.getFileName() + "." + UUID.randomUUID() + ".part");
        try {
            try (var channel = FileChannel.open(
                            part, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), attributes);
                    var out = Channels.newOutputStream(channel)) {
                content.writeTo(out);
                channel.force(true);
            }
            rename(part, file);
        } finally {
            Files.deleteIfExists(part);
        }
    }

    /** Syncs a finished file and renames it to the target, which is on the same file system. */
    public static void replace(Path finished, Path target) throws IOException {
        sync(finished);
        rename(finished, target);
    }

    private static void rename(Path finished, Path target) throws IOException {
        Files.move(finished, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        sync(FileTrees.parentOf(target));
    }

    /** Waits until the content of a file or directory is on disk. */
    static void sync(Path path) throws IOException {
        try (var channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
