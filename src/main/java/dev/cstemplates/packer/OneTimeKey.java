/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.packer;

import dev.cstemplates.core.Failure;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.config.keys.writer.openssh.OpenSSHKeyPairResourceWriter;
import org.apache.sshd.common.keyprovider.KeyPairProvider;

/**
 * An SSH key for one guest during one preparation.
 *
 * <p>ECDSA on P-256: the strongest kind that the JDK generates, every Packer since 1.6 reads, and a guest in FIPS mode accepts (it
 * rejects Ed25519).
 */
final class OneTimeKey {

    private static final String COMMENT = "cst-one-time-key";

    private final KeyPair pair;

    private OneTimeKey(KeyPair pair) {
        this.pair = pair;
    }

    static OneTimeKey fresh() {
        try {
            return new OneTimeKey(KeyUtils.generateKeyPair(KeyPairProvider.ECDSA_SHA2_NISTP256, 256));
        } catch (GeneralSecurityException e) {
            throw Failure.host("This JDK cannot generate an ECDSA key: " + e.getMessage(), "Use a complete JDK 25.")
                    .because(e);
        }
    }

    /** The line for {@code authorized_keys}. */
    String publicLine() {
        return PublicKeyEntry.toString(pair.getPublic()) + " " + COMMENT;
    }

    /** The private key in OpenSSH's own format, without a passphrase. */
    byte[] privateFile() throws IOException {
        try (var out = new ByteArrayOutputStream()) {
            OpenSSHKeyPairResourceWriter.INSTANCE.writePrivateKey(pair, COMMENT, null, out);
            return out.toByteArray();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("A P-256 key can always be written", e);
        }
    }
}
