package dev.cstemplates.delivery;

import dev.cstemplates.core.AtomicFiles;
import dev.cstemplates.core.CstHome;
import dev.cstemplates.core.Failure;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.LongConsumer;

/** A folder that a web server publishes. Files appear in it complete. */
public final class WebFolder implements Delivery {

    private final Path folder;
    private final URI base;

    /** {@code base} is the folder's address. */
    public WebFolder(Path folder, URI base) {
        this.folder = folder;
        this.base = Addresses.folder(base);
    }

    @Override
    public URI address(Item item) {
        return base.resolve(item.name());
    }

    @Override
    public URI offer(Item item, LongConsumer progress) {
        var target = CstHome.createDirectories(folder).resolve(item.name());
        try {
            if (!isThere(item, target)) {
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

    /** An artifact's files never change: one of the same name and size is the same, unless a copy was never finished. */
    private static boolean isThere(Item item, Path target) throws IOException {
        return Files.isRegularFile(target) && Files.size(target) == Files.size(item.file());
    }

    @Override
    public void close() {}
}
