/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.media;

import dev.cstemplates.core.Failure;
import java.util.Locale;

/**
 * The whole fingerprint of an OpenPGP primary key.
 *
 * @param hex 40 upper-case hexadecimal digits, or 64 for a version 6 key
 */
public record Fingerprint(String hex) {

    public Fingerprint {
        if (!hex.matches("[0-9A-F]{40}|[0-9A-F]{64}")) {
            throw new IllegalArgumentException("Invalid fingerprint: " + hex);
        }
    }

    /** Parses a full fingerprint, with or without spaces; anything else, such as a key ID, is a {@link Failure} of kind usage. */
    public static Fingerprint parse(String text) {
        var hex = text.replaceAll("\\s", "").toUpperCase(Locale.ROOT);
        if (!hex.matches("[0-9A-F]{40}|[0-9A-F]{64}")) {
            throw Failure.usage(
                    "Invalid fingerprint '" + text + "'",
                    "Write all 40 digits: a short key ID can be forged. 'gpg --show-keys FILE' prints them.");
        }
        return new Fingerprint(hex);
    }

    @Override
    public String toString() {
        return hex;
    }
}
