package dev.cstemplates.delivery;

import java.net.URI;
import java.nio.file.Path;
import java.util.function.LongConsumer;

/**
 * A way to offer files by URL. CloudStack's secondary storage asks by {@code HEAD} and {@code GET} with {@code Range}, follows no redirect,
 * and wants the format's extension at the end of the path.
 */
public interface Delivery extends AutoCloseable {

    /** A file to be offered; {@code sha256} in lower-case hexadecimal. */
    record Item(Path file, String sha256) {

        public String name() {
            return String.valueOf(file.getFileName());
        }
    }

    /** Where an item is going to be; nothing is done for that. */
    URI address(Item item);

    /**
     * Offers an item from now on, as long as this is open; does nothing for one that is there already.
     *
     * @param progress told how many bytes went, where that takes time
     * @return the address to ask, which may carry secrets behind its path
     */
    URI offer(Item item, LongConsumer progress);

    @Override
    void close();
}
