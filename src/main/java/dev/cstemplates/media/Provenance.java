package dev.cstemplates.media;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Why a medium is believed to be the vendor's.
 *
 * @param basis the strongest thing there was
 * @param text one sentence for reports
 * @param fingerprint of the signer's primary key; null without a signature
 * @param signedAt when the vendor signed; null without a signature
 */
public record Provenance(
        Basis basis,
        String text,
        @Nullable Fingerprint fingerprint,
        @Nullable Instant signedAt) {

    /** Strongest first. */
    public enum Basis {
        /** The definition or the operator states the digest. */
        PIN,
        /** The vendor's signature, by the key that the definition pins. */
        SIGNATURE,
        /** A checksum file that came over HTTPS, from a vendor who signs none. */
        HTTPS
    }
}
