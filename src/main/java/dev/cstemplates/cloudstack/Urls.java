/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.cloudstack;

import java.net.URI;
import java.net.URISyntaxException;

/** URLs for messages. */
final class Urls {

    private Urls() {}

    /** Without user, password, query and fragment, which may contain tokens. */
    static String withoutSecrets(String url) {
        try {
            return withoutSecrets(new URI(url));
        } catch (URISyntaxException e) {
            return "(an invalid URL)";
        }
    }

    static String withoutSecrets(URI url) {
        if (url.getHost() == null) {
            return "(a URL without a host)";
        }
        var port = url.getPort() < 0 ? "" : ":" + url.getPort();
        return url.getScheme() + "://" + url.getHost() + port + url.getRawPath();
    }
}
