package dev.cstemplates.media;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;

/** What proves that the vendor wrote a checksum file. */
public sealed interface Signature {

    /**
     * An OpenPGP signature in a file of its own.
     *
     * @param file its name beside the checksum file, or a whole URL; {@code {file}} stands for the checksum file's name
     */
    record Detached(String file, Signer signer) implements Signature {

        String fileFor(String checksumFile) {
            return file.replace(Checksums.MEDIUM, checksumFile);
        }
    }

    /** The checksum file is an OpenPGP clear-signed text; only the signed part of it counts. */
    record ClearSigned(Signer signer) implements Signature {}

    /**
     * The vendor signs nothing: the digest is worth what HTTPS is worth.
     *
     * @param reason reads as a sentence in reports
     */
    record None(String reason) implements Signature {}

    /**
     * Whose signature counts.
     *
     * @param fingerprints primary keys, any of which will do; at least one
     * @param keys where the key may be found, tried in this order; at least one. A key counts only by its fingerprint.
     */
    record Signer(List<Fingerprint> fingerprints, List<KeyPlace> keys) {

        public Signer {
            fingerprints = List.copyOf(fingerprints);
            keys = List.copyOf(keys);
            if (fingerprints.isEmpty() || keys.isEmpty()) {
                throw new IllegalArgumentException("A signer has a fingerprint and a place where its key is");
            }
        }
    }

    /** Where public keys are. */
    sealed interface KeyPlace {

        /** A file on the web, armored or binary. */
        record Web(URI uri) implements KeyPlace {}

        /** A file of this host, armored or binary: a keyring that its distribution installed. */
        record Keyring(Path file) implements KeyPlace {}
    }
}
