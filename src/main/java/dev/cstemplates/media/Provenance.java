/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.media;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The proof that a medium is the vendor's.
 *
 * @param basis the strongest proof available
 * @param text one sentence for reports
 * @param fingerprint of the signer's primary key; null without a signature
 * @param signedAt time of the signature; null without one
 */
public record Provenance(
        Basis basis,
        String text,
        @Nullable Fingerprint fingerprint,
        @Nullable Instant signedAt) {

    /** Strongest first. */
    public enum Basis {
        /** The digest comes from the definition or the operator. */
        PIN,
        /** The vendor's signature, by the key that the definition pins. */
        SIGNATURE,
        /** An unsigned checksum file, transferred over HTTPS. */
        HTTPS
    }
}
