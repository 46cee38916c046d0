package dev.cstemplates.media;

import dev.cstemplates.core.Failure;
import java.net.URI;
import java.util.Locale;
import java.util.Set;

/** A place that media are downloaded from. */
public sealed interface Mirror {

    Set<String> SCHEMES = Set.of("https", "http");

    /** Where the file of this name is. */
    URI locate(String name);

    /**
     * A folder with the medium and, usually, its checksum file.
     *
     * @param base absolute http or https URL; ends in a slash, or gets one
     */
    record Folder(URI base) implements Mirror {

        public Folder {
            requireWeb(base);
            if (base.getRawQuery() != null || base.getRawFragment() != null) {
                throw Failure.usage(
                        Urls.shown(base) + " is no folder", "Write the URL of a folder, without '?' or '#'.");
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
     * The URL of the medium itself, whatever its name: what a customer portal gives out. It may carry a secret in its query, which is
     * never shown.
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
                    Urls.shown(uri) + " is no web address", "Write a whole URL that starts with https:// or http://.");
        }
    }
}
