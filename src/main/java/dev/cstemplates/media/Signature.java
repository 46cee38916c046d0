/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.media;

import java.util.List;

/** What proves that the vendor wrote a checksum file. */
public sealed interface Signature {

    /** The keys that may have signed, in the order in which they are looked up; any one is enough. Empty if nothing is signed. */
    List<SigningKey> keys();

    /**
     * An OpenPGP signature in a file of its own.
     *
     * @param file its name next to the checksum file, or a whole URL; <code>{file}</code> is replaced by the checksum file's name
     */
    record Detached(String file, List<SigningKey> keys) implements Signature {

        public Detached {
            keys = List.copyOf(keys);
        }

        String fileFor(String checksumFile) {
            return file.replace(Checksums.MEDIUM, checksumFile);
        }
    }

    /** The checksum file is a clear-signed OpenPGP message; only its signed part counts. */
    record ClearSigned(List<SigningKey> keys) implements Signature {

        public ClearSigned {
            keys = List.copyOf(keys);
        }
    }

    /**
     * The vendor signs nothing: the digest is only as trustworthy as the HTTPS connection.
     *
     * @param reason a sentence for reports
     */
    record None(String reason) implements Signature {

        @Override
        public List<SigningKey> keys() {
            return List.of();
        }
    }
}
