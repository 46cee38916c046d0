/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.media;

import dev.cstemplates.core.ByteSize;
import dev.cstemplates.core.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.bouncycastle.openpgp.PGPPublicKeyRing;
import org.pgpainless.PGPainless;
import org.pgpainless.key.OpenPgpFingerprint;

/** Looks up signing keys. A key is accepted by its whole fingerprint, whatever server delivers it. */
final class OpenPgpKeys {

    /** Fedora's bundle of all its keys is 0.1 MiB, Debian's keyring of all developers 60 MiB. */
    private static final ByteSize LIMIT = ByteSize.ofMiB(4);

    private final Downloads downloads;

    OpenPgpKeys(Downloads downloads) {
        this.downloads = downloads;
    }

    /** Those of {@code wanted} that the first usable location holds; a {@link Failure} if no location holds any. */
    List<PGPPublicKeyRing> find(List<SigningKey> wanted, MediaListener listener) {
        var fingerprints =
                wanted.stream().map(SigningKey::fingerprint).distinct().toList();
        var problems = new ArrayList<Failure>();
        for (var key : wanted) {
            try {
                var found = keysIn(key, listener).stream()
                        .filter(ring -> fingerprints.contains(fingerprintOf(ring)))
                        .toList();
                if (!found.isEmpty()) {
                    return found;
                }
                problems.add(Failure.build(key.location() + " contains other keys only", ""));
            } catch (Failure failure) {
                if (failure.kind() == Failure.Kind.CANCELLED || failure.kind() == Failure.Kind.USAGE) {
                    throw failure;
                }
                problems.add(failure);
            }
        }
        throw FailureAggregator.of(
                "Cannot find the signing key "
                        + fingerprints.stream().map(Fingerprint::hex).collect(Collectors.joining(" or ")),
                problems,
                "Set the key's 'url' or 'keyring' to where the vendor publishes it, or check whether the vendor has a"
                        + " new key.");
    }

    /** From the file of this host if it exists, else from the web. */
    private List<PGPPublicKeyRing> keysIn(SigningKey key, MediaListener listener) {
        var keyring = key.keyring();
        var url = key.url();
        if (keyring != null && (url == null || Files.exists(keyring))) {
            return read(keyring.toString(), bytesOf(keyring));
        }
        return read(key.location(), downloads.document(Objects.requireNonNull(url), LIMIT, listener));
    }

    private static byte[] bytesOf(Path file) {
        try {
            if (Files.size(file) > LIMIT.bytes()) {
                throw Failure.host(file + " is larger than " + LIMIT, "Use a keyring with this vendor's keys only.");
            }
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw Failure.host("Cannot read " + file + ": " + e, "Install the package that contains this keyring.")
                    .because(e);
        }
    }

    private static List<PGPPublicKeyRing> read(String location, byte[] bytes) {
        try {
            var rings = PGPainless.readKeyRing().publicKeyRingCollection(bytes);
            return StreamSupport.stream(rings.spliterator(), false).toList();
        } catch (IOException | RuntimeException e) {
            throw Failure.build(
                            location + " contains no OpenPGP key: " + e.getMessage(),
                            "Set the key's 'url' or 'keyring' to where the vendor publishes it.")
                    .because(e);
        }
    }

    static Fingerprint fingerprintOf(PGPPublicKeyRing key) {
        return Fingerprint.parse(OpenPgpFingerprint.of(key).toString());
    }
}
