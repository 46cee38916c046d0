/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
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
 * Verifies signatures as decided in specs/decisions/0007: by a pinned key that is valid <em>today</em>, with a strong digest, not made in
 * the future.
 *
 * <p>PGPainless evaluates a key as of the signature's time, from the self-signatures of that time. Vendors who extend a key publish it
 * with the newest self-signature only, which would invalidate everything they signed before. So the key is evaluated as of now.
 */
final class OpenPgp {

    /** How far a signer's clock may be ahead of ours. */
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
            throw refused(where, "its signature is invalid (" + e.getMessage() + ")")
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
            throw refused(where, "it is not a clear-signed text (" + e.getMessage() + ")")
                    .because(e);
        }
        return decide(where, text.toByteArray(), signatures, keys);
    }

    /** One valid signature is enough: vendors sign with the old and the new key at the same time. */
    private SignedText decide(String where, byte[] text, List<PGPSignature> signatures, List<PGPPublicKeyRing> keys) {
        var problems = new ArrayList<String>();
        for (var signature : signatures) {
            var signer = keys.stream()
                    .filter(key -> key.getPublicKey(signature.getKeyID()) != null)
                    .findFirst();
            if (signer.isEmpty()) {
                problems.add("it is signed by key %016X, which is not one of the pinned keys"
                        .formatted(signature.getKeyID()));
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
            // The parsers throw all kinds of exceptions for crafted input.
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
                ? Optional.of("its signature was made on %s, which is in the future according to this host's clock"
                        .formatted(made))
                : Optional.empty();
    }

    /** The key must be valid today, not only when it signed. */
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
                : Optional.of("%s of %s may not sign: it is expired, revoked, not bound to it, or not a signing key"
                        .formatted(OpenPgpFingerprint.of(key), name));
    }

    private static Optional<String> mismatch(PGPSignature signature, byte[] text, PGPPublicKey key, Instant now) {
        try {
            signature.init(new BcPGPContentVerifierBuilderProvider(), key);
            signature.update(text);
            var good = SignatureVerifier.verifyInitializedSignature(
                    signature, key, PGPainless.getPolicy(), Date.from(now.plus(SKEW)));
            return good ? Optional.empty() : Optional.of("its content does not match the signature");
        } catch (PGPException e) {
            return Optional.of("its content does not match the signature (" + e.getMessage() + ")");
        }
    }

    private static Failure refused(String where, String why) {
        return Failure.build(
                "Cannot verify the signature of " + where + ": " + why,
                "If the vendor has a new key, check its fingerprint on the vendor's site and update the definition;"
                        + " otherwise use another mirror.");
    }
}
