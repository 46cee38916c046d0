/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.guest;

import dev.cstemplates.core.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A private directory for sockets. A socket's path has at most 107 bytes and must not contain a comma for QEMU, so sockets cannot be in the
 * work directory.
 */
public record SocketFolder(Path path) implements AutoCloseable {

    private static final int MAX_LENGTH = 70;
    private static final Path SHORT = Path.of("/tmp");

    public static SocketFolder create() {
        var usual = Path.of(System.getProperty("java.io.tmpdir")).toAbsolutePath();
        var fits = usual.toString().length() <= MAX_LENGTH && usual.toString().indexOf(',') < 0;
        try {
            return new SocketFolder(Files.createTempDirectory(fits ? usual : SHORT, "cst-qemu-"));
        } catch (IOException e) {
            throw Failure.host("Cannot create a directory for QEMU's sockets: " + e, "Check free disk space.")
                    .because(e);
        }
    }

    public Path resolve(String name) {
        return path.resolve(name);
    }

    /** Deletes it with its content. */
    @Override
    public void close() {
        try (var files = Files.list(path)) {
            for (var file : files.toList()) {
                Files.deleteIfExists(file);
            }
            Files.deleteIfExists(path);
        } catch (IOException e) {
            // A few empty files in the temporary directory are harmless.
        }
    }
}
