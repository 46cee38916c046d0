/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.media;

import java.net.URI;

/** URLs for messages. */
final class Urls {

    private Urls() {}

    /** Without user, password, query and fragment: portals put tokens there. */
    static String redacted(URI uri) {
        if (uri.getHost() == null) {
            return uri.getPath() == null || uri.getPath().isEmpty() ? "a URL without a host" : uri.getPath();
        }
        var port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
        return uri.getScheme() + "://" + uri.getHost() + port + uri.getRawPath();
    }

    static boolean isHttps(URI uri) {
        return "https".equalsIgnoreCase(uri.getScheme());
    }

    static boolean sameOrigin(URI one, URI other) {
        return String.valueOf(one.getScheme()).equalsIgnoreCase(other.getScheme())
                && String.valueOf(one.getHost()).equalsIgnoreCase(other.getHost())
                && one.getPort() == other.getPort();
    }
}
