package dev.cstemplates.delivery;

import dev.cstemplates.core.Failure;
import java.net.URI;

/** Addresses of folders. */
final class Addresses {

    private Addresses() {}

    /** {@code base} with a slash at its end, so that names can be resolved against it. */
    static URI folder(URI base) {
        if (base.getHost() == null || !String.valueOf(base.getScheme()).matches("https?")) {
            throw Failure.usage(
                    "'" + base + "' is no address that CloudStack can download from", "Use http:// or https://.");
        }
        var text = base.toString();
        return text.endsWith("/") ? base : URI.create(text + "/");
    }
}
