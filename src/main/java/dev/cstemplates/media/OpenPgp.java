package dev.cstemplates.media;

import dev.cstemplates.core.Failure;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPPublicKey;
import org.bouncycastle.openpgp.PGPPublicKeyRing;
import org.bouncycastle.openpgp.PGPSignature;
import org.bouncycastle.openpgp.operator.bc.BcPGPContentVerifierBuilderProvider;
import org.pgpainless.PGPainless;
import org.pgpainless.algorithm.HashAlgorithm;
import org.pgpainless.decryption_verification.cleartext_signatures.ClearsignedMessageUtil;
import org.pgpainless.key.OpenPgpFingerprint;
import org.pgpainless.key.info.KeyRingInfo;
import org.pgpainless.signature.SignatureUtils;
import org.pgpainless.signature.consumer.SignatureVerifier;

/**
 * Verifies signatures as specs/decisions/0007 decides: by a pinned key that is good <em>today</em>, with a strong digest, not made in
 * the future.
 *
 * <p>PGPainless judges a key as it was when it signed, from the self-signatures of that time. Vendors who prolong a key publish it with
 * the newest self-signature only, and all that they signed before would fall. So the key is judged as of now, by PGPainless too.
 */
final class OpenPgp {

    /** What a signer's clock may be ahead of ours. */
    private static final Duration SKEW = Duration.ofMinutes(15);

    private static final Set<HashAlgorithm> STRONG = EnumSet.of(
            HashAlgorithm.SHA256,
            HashAlgorithm.SHA384,
            HashAlgorithm.SHA512,
            HashAlgorithm.SHA3_256,
            HashAlgorithm.SHA3_512);

    private final Clock clock;

    OpenPgp(Clock clock) {
        this.clock = clock;
    }

    /** {@code text}, signed by {@code signature}; {@code where} names it in failures. */
    SignedText detached(String where, byte[] text, byte[] signature, List<PGPPublicKeyRing> keys) {
        List<PGPSignature> signatures;
        try {
            signatures = SignatureUtils.readSignatures(new ByteArrayInputStream(signature));
        } catch (IOException | PGPException | RuntimeException e) {
            throw refused(where, "its signature can't be read (" + e.getMessage() + ")")
                    .because(e);
        }
        return decide(where, text, signatures, keys);
    }

    /** The signed part of a clear-signed text; {@code where} names it in failures. */
    SignedText clearSigned(String where, byte[] document, List<PGPPublicKeyRing> keys) {
        var text = new ByteArrayOutputStream();
        var signatures = new ArrayList<PGPSignature>();
        try {
            ClearsignedMessageUtil.detachSignaturesFromInbandClearsignedMessage(
                            new ByteArrayInputStream(document), text)
                    .forEach(signatures::add);
        } catch (IOException | PGPException | RuntimeException e) {
            throw refused(where, "it can't be read as a clear-signed text (" + e.getMessage() + ")")
                    .because(e);
        }
        return decide(where, text.toByteArray(), signatures, keys);
    }

    /** One good signature is enough: vendors sign with an old and a new key at a time. */
    private SignedText decide(String where, byte[] text, List<PGPSignature> signatures, List<PGPPublicKeyRing> keys) {
        var problems = new ArrayList<String>();
        for (var signature : signatures) {
            var signer = keys.stream()
                    .filter(key -> key.getPublicKey(signature.getKeyID()) != null)
                    .findFirst();
            if (signer.isEmpty()) {
                problems.add(
                        "it is signed by key %016X, which is none of those that count".formatted(signature.getKeyID()));
                continue;
            }
            var problem = problemOf(signature, text, signer.get());
            if (problem.isEmpty()) {
                return new SignedText(
                        new String(text, StandardCharsets.UTF_8),
                        OpenPgpKeys.fingerprintOf(signer.get()),
                        signature.getCreationTime().toInstant());
            }
            problems.add(problem.get());
        }
        throw refused(where, problems.isEmpty() ? "there is no signature" : String.join("; ", problems));
    }

    private Optional<String> problemOf(PGPSignature signature, byte[] text, PGPPublicKeyRing signer) {
        var now = clock.instant();
        var key = signer.getPublicKey(signature.getKeyID());
        try {
            return problemOf(signature, now)
                    .or(() -> problemOf(key, new KeyRingInfo(signer, Date.from(now)), now))
                    .or(() -> mismatch(signature, text, key, now));
        } catch (RuntimeException e) {
            // Whatever the parsers make of what somebody has built to confuse them: it proves nothing.
            return Optional.of("its signature or key is malformed (" + e + ")");
        }
    }

    private static Optional<String> problemOf(PGPSignature signature, Instant now) {
        var hash = HashAlgorithm.fromId(signature.getHashAlgorithm());
        if (hash == null || !STRONG.contains(hash)) {
            return Optional.of("its signature uses a digest that can be forged (%s)".formatted(hash));
        }
        var type = signature.getSignatureType();
        if (type != PGPSignature.BINARY_DOCUMENT && type != PGPSignature.CANONICAL_TEXT_DOCUMENT) {
            return Optional.of("its signature is not about a file");
        }
        var made = signature.getCreationTime().toInstant();
        return made.isAfter(now.plus(SKEW))
                ? Optional.of("its signature was made on %s, which is in the future on this host".formatted(made))
                : Optional.empty();
    }

    /** A key counts for what it is today; that it was good when it signed does not help. */
    private static Optional<String> problemOf(PGPPublicKey key, KeyRingInfo signer, Instant now) {
        var name = "key " + signer.getFingerprint();
        if (!signer.getRevocationState().isNotRevoked()) {
            return Optional.of(name + " has been revoked");
        }
        var expiry = signer.getPrimaryKeyExpirationDate();
        if (expiry != null && !expiry.toInstant().isAfter(now)) {
            return Optional.of(name + " expired on " + expiry.toInstant());
        }
        var maySign = signer.getSigningSubkeys().stream().anyMatch(each -> each.getKeyID() == key.getKeyID());
        return maySign
                ? Optional.empty()
                : Optional.of(
                        "%s of %s may not sign: it is expired, revoked, not bound to it, or made for something else"
                                .formatted(OpenPgpFingerprint.of(key), name));
    }

    private static Optional<String> mismatch(PGPSignature signature, byte[] text, PGPPublicKey key, Instant now) {
        try {
            signature.init(new BcPGPContentVerifierBuilderProvider(), key);
            signature.update(text);
            var good = SignatureVerifier.verifyInitializedSignature(
                    signature, key, PGPainless.getPolicy(), Date.from(now.plus(SKEW)));
            return good ? Optional.empty() : Optional.of("its content is not what was signed");
        } catch (PGPException e) {
            return Optional.of("its content is not what was signed (" + e.getMessage() + ")");
        }
    }

    private static Failure refused(String where, String why) {
        return Failure.build(
                where + " is not signed as it has to be: " + why,
                "Nothing of it is used. If the vendor has a new key, check its fingerprint on the vendor's site and change the"
                        + " definition; else name another mirror.");
    }
}
