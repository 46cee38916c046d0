/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.delivery;

import java.net.URI;
import java.util.function.LongConsumer;

/** Files that another server already provides below a base URL. */
public final class ExistingUrl implements Delivery {

    private final URI base;

    public ExistingUrl(URI base) {
        this.base = Addresses.folder(base);
    }

    @Override
    public URI address(OfferedFile item) {
        return base.resolve(item.name());
    }

    @Override
    public URI offer(OfferedFile item, LongConsumer progress) {
        return address(item);
    }

    @Override
    public boolean isPermanent() {
        return true;
    }

    @Override
    public void close() {}
}
