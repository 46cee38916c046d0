package dev.cstemplates.media;

import java.time.Instant;

/**
 * A text of which it is known who signed it.
 *
 * @param text the signed bytes and no others
 * @param fingerprint of the signer's primary key
 * @param signedAt as the signature says
 */
record SignedText(String text, Fingerprint fingerprint, Instant signedAt) {}
