package dev.cstemplates.media;

import java.net.URI;
import java.net.http.HttpHeaders;

/**
 * How a server answered, its body apart.
 *
 * @param uri where it came from, redirects followed
 */
record HttpResponseHead(URI uri, int status, HttpHeaders headers) {

    boolean hasContent() {
        return status == 200 || status == 206;
    }

    boolean isRedirect() {
        return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
    }
}
