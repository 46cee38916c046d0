/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.media;

import dev.cstemplates.core.Digest;
import java.util.regex.Pattern;

/**
 * The vendor's file with the digests of its media, and what proves that the vendor wrote it.
 *
 * @param file its name next to the medium, or a whole URL; {@code {file}} is replaced by the medium's name
 * @param isListed whether {@code file} is a regular expression to search for in the folder's listing; the highest match in natural
 *     order is used
 * @param algorithm of the digests in it
 */
public record Checksums(String file, boolean isListed, Format format, Digest.Algorithm algorithm, Signature signature) {

    /** Placeholder for the medium's name. */
    public static final String MEDIUM = "{file}";

    /** A checksum file whose name is known. */
    public Checksums(String file, Format format, Digest.Algorithm algorithm, Signature signature) {
        this(file, false, format, algorithm, signature);
    }

    /** Line format of a checksum file. */
    public sealed interface Format {

        /** {@code <hex> *<name>} or {@code <hex>  <name>}, one line a file. */
        record Gnu() implements Format {}

        /** {@code SHA256 (<name>) = <hex>}, one line a file. */
        record Bsd() implements Format {}

        /**
         * One digest for one medium, {@code <hex>} or {@code <hex>  <name>}.
         *
         * @param inside what the name in the file must match, which may differ from the medium's name; without it, the signed digest of
         *     another medium would be accepted. Matches the empty name if the vendor writes none.
         */
        record Single(Pattern inside) implements Format {}
    }

    boolean isDerivedFromMedium() {
        return !isListed && file.contains(MEDIUM);
    }

    String fileFor(String medium) {
        return file.replace(MEDIUM, medium);
    }
}
