package dev.cstemplates.media;

import dev.cstemplates.core.ByteSize;
import dev.cstemplates.core.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.bouncycastle.openpgp.PGPPublicKeyRing;
import org.pgpainless.PGPainless;
import org.pgpainless.key.OpenPgpFingerprint;

/** Finds the keys that count: whoever delivers a key, its whole fingerprint decides. */
final class OpenPgpKeys {

    /** Fedora's bundle of all its keys has 0.1 MiB, Debian's keyring of all developers 60. */
    private static final ByteSize LIMIT = ByteSize.ofMiB(4);

    private final Downloads downloads;

    OpenPgpKeys(Downloads downloads) {
        this.downloads = downloads;
    }

    /** The signer's keys from the first place that has one of them; a {@link Failure} where none has. */
    List<PGPPublicKeyRing> find(Signature.Signer signer, MediaListener listener) {
        var problems = new ArrayList<Failure>();
        for (var place : signer.keys()) {
            try {
                var found = keysIn(place, listener).stream()
                        .filter(key -> signer.fingerprints().contains(fingerprintOf(key)))
                        .toList();
                if (!found.isEmpty()) {
                    return found;
                }
                problems.add(Failure.build(shown(place) + " has other keys only", ""));
            } catch (Failure failure) {
                if (failure.kind() == Failure.Kind.CANCELLED || failure.kind() == Failure.Kind.USAGE) {
                    throw failure;
                }
                problems.add(failure);
            }
        }
        var wanted = signer.fingerprints().stream().map(Fingerprint::hex).collect(Collectors.joining(" or "));
        throw FailureAggregator.of(
                "The signer's key " + wanted + " can't be found",
                problems,
                "Name a place where the vendor publishes the key, or check whether the vendor has a new one.");
    }

    private List<PGPPublicKeyRing> keysIn(Signature.KeyPlace place, MediaListener listener) {
        return switch (place) {
            case Signature.KeyPlace.Web(var uri) -> read(place, downloads.small(uri, LIMIT, listener));
            case Signature.KeyPlace.Keyring(var file) -> read(place, bytesOf(file));
        };
    }

    private static byte[] bytesOf(Path file) {
        try {
            if (Files.size(file) > LIMIT.bytes()) {
                throw Failure.host(file + " is larger than " + LIMIT, "Name a keyring with this vendor's keys only.");
            }
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw Failure.host(file + " can't be read: " + e, "Install the package that this keyring comes from.")
                    .because(e);
        }
    }

    private static List<PGPPublicKeyRing> read(Signature.KeyPlace place, byte[] bytes) {
        try {
            var rings = PGPainless.readKeyRing().publicKeyRingCollection(bytes);
            return StreamSupport.stream(rings.spliterator(), false).toList();
        } catch (IOException | RuntimeException e) {
            throw Failure.build(
                            shown(place) + " holds no OpenPGP key: " + e.getMessage(),
                            "Name a place where the vendor publishes the key.")
                    .because(e);
        }
    }

    static Fingerprint fingerprintOf(PGPPublicKeyRing key) {
        return Fingerprint.parse(OpenPgpFingerprint.of(key).toString());
    }

    private static String shown(Signature.KeyPlace place) {
        return switch (place) {
            case Signature.KeyPlace.Web(var uri) -> Urls.shown(uri);
            case Signature.KeyPlace.Keyring(var file) -> file.toString();
        };
    }
}
