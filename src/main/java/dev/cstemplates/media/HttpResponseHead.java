/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.media;

import java.net.URI;
import java.net.http.HttpHeaders;

/**
 * Status and headers of an HTTP response.
 *
 * @param uri final address after redirects
 */
record HttpResponseHead(URI uri, int status, HttpHeaders headers) {

    boolean hasContent() {
        return status == 200 || status == 206;
    }

    boolean isRedirect() {
        return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
    }
}
