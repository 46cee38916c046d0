/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.delivery;

import dev.cstemplates.core.AtomicFiles;
import dev.cstemplates.core.CstHome;
import dev.cstemplates.core.Failure;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.LongConsumer;

/** A folder that a web server publishes. Files are written atomically. */
public final class WebFolder implements Delivery {

    private final Path folder;
    private final URI base;

    /** Copies to {@code folder}, which a web server publishes below {@code base}. */
    public WebFolder(Path folder, URI base) {
        this.folder = folder;
        this.base = Addresses.folder(base);
    }

    @Override
    public URI address(OfferedFile item) {
        return base.resolve(item.name());
    }

    @Override
    public URI offer(OfferedFile item, LongConsumer progress) {
        var target = CstHome.createDirectories(folder).resolve(item.name());
        try {
            if (!exists(item, target)) {
                AtomicFiles.write(target, out -> Files.copy(item.file(), out));
                progress.accept(Files.size(target));
            }
            return address(item);
        } catch (IOException e) {
            throw Failure.host(
                            "Cannot copy " + item.name() + " to " + folder + ": " + e,
                            "Check that the directory is writable and the disk is not full.")
                    .because(e);
        }
    }

    /** Files of artifacts never change, and copies are written atomically: name and size identify them. */
    private static boolean exists(OfferedFile item, Path target) throws IOException {
        return Files.isRegularFile(target) && Files.size(target) == Files.size(item.file());
    }

    @Override
    public boolean isPermanent() {
        return true;
    }

    @Override
    public void close() {}
}
