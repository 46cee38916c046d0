package dev.cstemplates.delivery;

import java.net.URI;
import java.nio.file.Path;
import java.util.function.LongConsumer;

/**
 * Offers files by URL. CloudStack's secondary storage sends {@code HEAD} and {@code GET} with {@code Range}, follows no redirects, and
 * requires the format's extension at the end of the path.
 */
public interface Delivery extends AutoCloseable {

    /** A file to be offered; {@code sha256} in lower-case hexadecimal. */
    record Item(Path file, String sha256) {

        public String name() {
            return String.valueOf(file.getFileName());
        }
    }

    /** The URL of an item; makes nothing available yet. */
    URI address(Item item);

    /**
     * Makes an item available until this is closed; does nothing if it is available already.
     *
     * @param progress receives the number of bytes transferred
     * @return the URL to download from, whose query may contain secrets
     */
    URI offer(Item item, LongConsumer progress);

    @Override
    void close();
}
