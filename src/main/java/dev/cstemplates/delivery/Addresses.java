package dev.cstemplates.delivery;

import dev.cstemplates.core.Failure;
import java.net.URI;

/** Base URLs of deliveries. */
final class Addresses {

    private Addresses() {}

    /** {@code base} with a trailing slash, so that names can be resolved against it. */
    static URI folder(URI base) {
        if (base.getHost() == null || !String.valueOf(base.getScheme()).matches("https?")) {
            throw Failure.usage("Invalid download URL '" + base + "'", "Use an http:// or https:// URL.");
        }
        var text = base.toString();
        return text.endsWith("/") ? base : URI.create(text + "/");
    }
}
