package dev.cstemplates.guest;

import dev.cstemplates.core.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A folder for sockets that nobody but this user enters. A socket's path has at most 107 bytes and a comma ends an option of QEMU's,
 * so they can't lie beside the work they belong to.
 */
public record SocketFolder(Path path) implements AutoCloseable {

    private static final int LONGEST = 70;
    private static final Path SHORT = Path.of("/tmp");

    public static SocketFolder make() {
        var usual = Path.of(System.getProperty("java.io.tmpdir")).toAbsolutePath();
        var fits = usual.toString().length() <= LONGEST && usual.toString().indexOf(',') < 0;
        try {
            return new SocketFolder(Files.createTempDirectory(fits ? usual : SHORT, "cst-qemu-"));
        } catch (IOException e) {
            throw Failure.host("A folder for QEMU's sockets can't be made: " + e, "Look for a full disk.")
                    .because(e);
        }
    }

    public Path resolve(String name) {
        return path.resolve(name);
    }

    /** Removes it with what is in it. */
    @Override
    public void close() {
        try (var files = Files.list(path)) {
            for (var file : files.toList()) {
                Files.deleteIfExists(file);
            }
            Files.deleteIfExists(path);
        } catch (IOException e) {
            // A few empty files in the temporary folder hurt nobody.
        }
    }
}
