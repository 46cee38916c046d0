/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.media;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Date;
import org.bouncycastle.bcpg.ArmoredOutputStream;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPSecretKeyRing;
import org.bouncycastle.openpgp.PGPSignature;
import org.bouncycastle.openpgp.PGPSignatureGenerator;
import org.bouncycastle.openpgp.PGPSignatureSubpacketGenerator;
import org.bouncycastle.openpgp.operator.bc.BcPBESecretKeyDecryptorBuilder;
import org.bouncycastle.openpgp.operator.bc.BcPGPContentSignerBuilder;
import org.bouncycastle.openpgp.operator.bc.BcPGPDigestCalculatorProvider;
import org.pgpainless.PGPainless;
import org.pgpainless.algorithm.DocumentSignatureType;
import org.pgpainless.algorithm.HashAlgorithm;
import org.pgpainless.algorithm.KeyFlag;
import org.pgpainless.encryption_signing.ProducerOptions;
import org.pgpainless.encryption_signing.SigningOptions;
import org.pgpainless.key.OpenPgpFingerprint;
import org.pgpainless.key.generation.KeySpec;
import org.pgpainless.key.generation.type.KeyType;
import org.pgpainless.key.generation.type.eddsa_legacy.EdDSALegacyCurve;
import org.pgpainless.key.generation.type.rsa.RsaLength;
import org.pgpainless.key.protection.SecretKeyRingProtector;

/** A vendor's signing key and its signatures. */
public record VendorKey(PGPSecretKeyRing ring) {

    private static final Date MADE = Date.from(Instant.parse("2026-01-01T00:00:00Z"));
    private static final SecretKeyRingProtector OPEN = SecretKeyRingProtector.unprotectedKeys();

    /** Signs with its primary key; RSA, as vendors use it. */
    public static VendorKey make() {
        return new VendorKey(PGPainless.buildKeyRing()
                .setPrimaryKey(spec(KeyType.RSA(RsaLength._3072), KeyFlag.CERTIFY_OTHER, KeyFlag.SIGN_DATA))
                .addUserId("Vendor <images@vendor.example>")
                .setExpirationDate(null)
                .build());
    }

    public static VendorKey expiringAt(Instant time) {
        return new VendorKey(PGPainless.buildKeyRing()
                .setPrimaryKey(spec(ed25519(), KeyFlag.CERTIFY_OTHER, KeyFlag.SIGN_DATA))
                .addUserId("Vendor <images@vendor.example>")
                .setExpirationDate(Date.from(time))
                .build());
    }

    /** Signs with a subkey. */
    static VendorKey withSubkey() {
        return new VendorKey(PGPainless.buildKeyRing()
                .setPrimaryKey(spec(ed25519(), KeyFlag.CERTIFY_OTHER))
                .addSubkey(spec(ed25519(), KeyFlag.SIGN_DATA))
                .addUserId("Vendor <images@vendor.example>")
                .setExpirationDate(null)
                .build());
    }

    private static KeyType ed25519() {
        return KeyType.EDDSA_LEGACY(EdDSALegacyCurve._Ed25519);
    }

    private static KeySpec spec(KeyType type, KeyFlag... flags) {
        return KeySpec.getBuilder(type, flags).setKeyCreationDate(MADE).build();
    }

    public Fingerprint fingerprint() {
        return Fingerprint.parse(OpenPgpFingerprint.of(ring).toString());
    }

    public String armoredKey() throws IOException {
        return PGPainless.asciiArmor(PGPainless.extractCertificate(ring));
    }

    VendorKey revoked() throws PGPException {
        return new VendorKey(PGPainless.modifyKeyRing(ring, Date.from(Instant.now()))
                .revoke(OPEN)
                .done());
    }

    VendorKey withSubkeyRevoked() throws PGPException {
        var subkey = PGPainless.inspectKeyRing(ring).getSigningSubkeys().getFirst();
        return new VendorKey(PGPainless.modifyKeyRing(ring, Date.from(Instant.now()))
                .revokeSubKey(subkey.getKeyID(), OPEN)
                .done());
    }

    public byte[] detached(String text) throws IOException, PGPException {
        var options = ProducerOptions.sign(
                SigningOptions.get().addDetachedSignature(OPEN, ring, DocumentSignatureType.BINARY_DOCUMENT));
        var stream = PGPainless.encryptAndOrSign()
                .onOutputStream(new ByteArrayOutputStream())
                .withOptions(options);
        try (stream) {
            stream.write(text.getBytes(StandardCharsets.UTF_8));
        }
        var signature = stream.getResult()
                .getDetachedSignatures()
                .values()
                .iterator()
                .next()
                .iterator()
                .next();
        return PGPainless.asciiArmor(signature).getBytes(StandardCharsets.UTF_8);
    }

    public String clearSigned(String text) throws IOException, PGPException {
        var options = ProducerOptions.sign(SigningOptions.get()
                        .addDetachedSignature(OPEN, ring, DocumentSignatureType.CANONICAL_TEXT_DOCUMENT))
                .setCleartextSigned();
        var out = new ByteArrayOutputStream();
        var stream = PGPainless.encryptAndOrSign().onOutputStream(out).withOptions(options);
        try (stream) {
            new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)).transferTo(stream);
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    /** A signature with any digest and time, which PGPainless would refuse to create. */
    byte[] detached(String text, HashAlgorithm hash, Instant madeAt) throws IOException, PGPException {
        var secret = ring.getSecretKey();
        var decryptor = new BcPBESecretKeyDecryptorBuilder(new BcPGPDigestCalculatorProvider()).build(new char[0]);
        var generator = new PGPSignatureGenerator(
                new BcPGPContentSignerBuilder(secret.getPublicKey().getAlgorithm(), hash.getAlgorithmId()),
                secret.getPublicKey());
        generator.init(PGPSignature.BINARY_DOCUMENT, secret.extractPrivateKey(decryptor));
        var subpackets = new PGPSignatureSubpacketGenerator();
        subpackets.setSignatureCreationTime(false, Date.from(madeAt));
        subpackets.setIssuerFingerprint(false, secret.getPublicKey());
        generator.setHashedSubpackets(subpackets.generate());
        generator.update(text.getBytes(StandardCharsets.UTF_8));
        var out = new ByteArrayOutputStream();
        try (var armored = ArmoredOutputStream.builder().build(out)) {
            generator.generate().encode(armored);
        }
        return out.toByteArray();
    }
}
