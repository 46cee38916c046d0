/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.media;

import java.time.Instant;

/**
 * A text whose signature was verified.
 *
 * @param text the signed bytes and no others
 * @param fingerprint of the signer's primary key
 * @param signedAt time of the signature
 */
record SignedText(String text, Fingerprint fingerprint, Instant signedAt) {}
