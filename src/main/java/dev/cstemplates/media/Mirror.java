/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.media;

import dev.cstemplates.core.Failure;
import java.net.URI;
import java.util.Locale;
import java.util.Set;

/** A server that media are downloaded from. */
public sealed interface Mirror {

    Set<String> SCHEMES = Set.of("https", "http");

    /** The URL of the file with this name. */
    URI locate(String name);

    /**
     * A folder with the medium and, usually, its checksum file.
     *
     * @param base absolute http or https URL; a final slash is added if missing
     */
    record Folder(URI base) implements Mirror {

        public Folder {
            requireWeb(base);
            if (base.getRawQuery() != null || base.getRawFragment() != null) {
                throw Failure.usage(
                        "Not the URL of a folder: " + Urls.redacted(base),
                        "Use the URL of a folder, without '?' or '#'.");
            }
            if (!base.getPath().endsWith("/")) {
                base = URI.create(base + "/");
            }
        }

        @Override
        public URI locate(String name) {
            return base.resolve(name);
        }
    }

    /**
     * The URL of the medium itself, as customer portals issue it. Its query may contain a secret, which is never shown.
     */
    record Exact(URI file) implements Mirror {

        public Exact {
            requireWeb(file);
        }

        @Override
        public URI locate(String name) {
            return file;
        }
    }

    private static void requireWeb(URI uri) {
        var scheme = uri.getScheme();
        if (scheme == null || uri.getHost() == null || !SCHEMES.contains(scheme.toLowerCase(Locale.ROOT))) {
            throw Failure.usage(
                    "Invalid URL: " + Urls.redacted(uri), "Use a whole URL that starts with https:// or http://.");
        }
    }
}
