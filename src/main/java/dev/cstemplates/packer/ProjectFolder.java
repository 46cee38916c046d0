package dev.cstemplates.packer;

import dev.cstemplates.core.Failure;
import dev.cstemplates.core.FileTrees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.regex.Pattern;

/** Writes a project's folder atomically, to a path that is safe for Packer, QEMU and shells. */
final class ProjectFolder {

    static final FileAttribute<Set<PosixFilePermission>> OWNER_ENTERS = permissions("rwx------");

    /** Packer inserts paths into QEMU options (which end at a comma), URLs, glob patterns and shell commands. */
    private static final Pattern SAFE = Pattern.compile("[\\p{L}\\p{N}/._@+=~ -]+");

    private ProjectFolder() {}

    /** Writes the files of a folder. */
    @FunctionalInterface
    interface FolderWriter {
        void writeTo(Path folder) throws IOException;
    }

    static void check(Path path) {
        if (!SAFE.matcher(path.toString()).matches()) {
            throw Failure.usage(
                    "Unsafe path for Packer and QEMU: " + path,
                    "Use a folder with letters, digits, spaces and ._@+=~- only.");
        }
    }

    static void write(Path target, FolderWriter content) {
        try {
            if (Files.exists(target) && !isEmptyFolder(target)) {
                throw Failure.usage(
                        target + " already exists and is not an empty folder", "Remove it, or use another folder.");
            }
            var parent = Files.createDirectories(parentOf(target));
            var part = Files.createTempDirectory(parent, unfinishedPrefix(target));
            try {
                Files.setPosixFilePermissions(part, PosixFilePermissions.fromString("rwxr-xr-x"));
                content.writeTo(part);
                Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                FileTrees.delete(part);
            }
        } catch (IOException e) {
            throw Failure.host(
                            "Cannot write the Packer project to " + target + ": " + e,
                            "Check for a full disk or missing permissions, or use another folder.")
                    .because(e);
        }
    }

    /** Removes what a killed process left of writing {@code target}. */
    static void deleteUnfinished(Path target) {
        var parent = parentOf(target);
        if (!Files.isDirectory(parent)) {
            return;
        }
        try (var children = Files.list(parent)) {
            children.filter(child -> child.getFileName().toString().startsWith(unfinishedPrefix(target)))
                    .forEach(FileTrees::deleteOrFail);
        } catch (IOException e) {
            throw Failure.host("Cannot list " + parent + ": " + e, "Check the permissions of the directory.")
                    .because(e);
        }
    }

    private static String unfinishedPrefix(Path target) {
        return "." + target.getFileName() + ".part";
    }

    private static Path parentOf(Path target) {
        var parent = target.getParent();
        if (parent == null) {
            throw Failure.usage("Cannot write a Packer project to the root folder", "Use another folder.");
        }
        return parent;
    }

    private static boolean isEmptyFolder(Path path) throws IOException {
        if (!Files.isDirectory(path)) {
            return false;
        }
        try (var entries = Files.list(path)) {
            return entries.findAny().isEmpty();
        }
    }

    private static FileAttribute<Set<PosixFilePermission>> permissions(String text) {
        return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(text));
    }
}
