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

/** Where a project is written: whole or not at all, under a name that Packer, QEMU and shells take as it is. */
final class ProjectFolder {

    static final FileAttribute<Set<PosixFilePermission>> OWNER_ENTERS = permissions("rwx------");

    /** Packer pastes paths into QEMU's options (a comma ends one), URLs, glob patterns and shell lines. */
    private static final Pattern SAFE = Pattern.compile("[\\p{L}\\p{N}/._@+=~ -]+");

    private ProjectFolder() {}

    /** What fills a folder. */
    @FunctionalInterface
    interface Content {
        void writeTo(Path folder) throws IOException;
    }

    static void check(Path path) {
        if (!SAFE.matcher(path.toString()).matches()) {
            throw Failure.usage(
                    "Packer and QEMU would misread the path " + path,
                    "Choose a folder with letters, digits, spaces and ._@+=~- only.");
        }
    }

    static void write(Path target, Content content) {
        try {
            if (Files.exists(target) && !isEmptyFolder(target)) {
                throw Failure.usage(
                        target + " exists already and is not an empty folder", "Remove it, or choose another folder.");
            }
            var parent = Files.createDirectories(parentOf(target));
            var part = Files.createTempDirectory(parent, "." + target.getFileName() + ".part");
            try {
                Files.setPosixFilePermissions(part, PosixFilePermissions.fromString("rwxr-xr-x"));
                content.writeTo(part);
                Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                FileTrees.delete(part);
            }
        } catch (IOException e) {
            throw Failure.host(
                            "The Packer project can't be written to " + target + ": " + e,
                            "Look for a full disk or missing permissions, or choose another folder.")
                    .because(e);
        }
    }

    private static Path parentOf(Path target) {
        var parent = target.getParent();
        if (parent == null) {
            throw Failure.usage("The root folder can't be a Packer project", "Choose another folder.");
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
