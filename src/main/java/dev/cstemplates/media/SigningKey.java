/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.media;

import java.net.URI;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * An OpenPGP key that a vendor signs with, and where to find it. A key is accepted by its fingerprint only, wherever it comes from.
 *
 * @param name what definitions and messages call it
 * @param fingerprint of the primary key
 * @param url armored or binary key file on the web; null if there is only {@code keyring}
 * @param keyring armored or binary key file that hosts may have; where it exists it is read first, without the network; null if unknown
 * @param expires day of expiry; null if the key does not expire or the day is unknown
 */
public record SigningKey(
        String name,
        Fingerprint fingerprint,
        @Nullable URI url,
        @Nullable Path keyring,
        @Nullable LocalDate expires) {

    public SigningKey {
        if (url == null && keyring == null) {
            throw new IllegalArgumentException("Key " + name + " needs a URL or a keyring file");
        }
    }

    /** The URL or file that holds the key, for messages. */
    String location() {
        return url != null ? Urls.redacted(url) : String.valueOf(keyring);
    }

    /** The files and URLs that may hold the key, in the order in which they are tried. */
    public List<String> locations() {
        return Stream.of(keyring, url)
                .filter(Objects::nonNull)
                .map(Object::toString)
                .toList();
    }
}
