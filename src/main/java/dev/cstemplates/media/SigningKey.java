/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.media;

import java.net.URI;
import java.nio.file.Path;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/**
 * An OpenPGP key that a vendor signs with, and where to find it. A key is accepted by its fingerprint only, wherever it comes from.
 *
 * @param name what definitions and messages call it
 * @param fingerprint of the primary key
 * @param url armored or binary key file on the web; null if {@code keyring} is set
 * @param keyring armored or binary key file on this host; null if {@code url} is set
 * @param expires day of expiry; null if the key does not expire or the day is unknown
 */
public record SigningKey(
        String name,
        Fingerprint fingerprint,
        @Nullable URI url,
        @Nullable Path keyring,
        @Nullable LocalDate expires) {

    public SigningKey {
        if ((url == null) == (keyring == null)) {
            throw new IllegalArgumentException("Key " + name + " needs either a URL or a keyring file");
        }
    }

    /** The URL or file that holds the key. */
    String location() {
        return url != null ? Urls.redacted(url) : String.valueOf(keyring);
    }
}
