package dev.cstemplates.delivery;

import java.net.URI;
import java.util.function.LongConsumer;

/** Files that another server offers already below a base URL. */
public final class ExistingUrl implements Delivery {

    private final URI base;

    public ExistingUrl(URI base) {
        this.base = Addresses.folder(base);
    }

    @Override
    public URI address(Item item) {
        return base.resolve(item.name());
    }

    @Override
    public URI offer(Item item, LongConsumer progress) {
        return address(item);
    }

    @Override
    public void close() {}
}
