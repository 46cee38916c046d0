/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.cloudstack.fake;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/** A checksum as the server parses it: without {@code {ALGORITHM}} it is MD5 regardless of its length. */
record Checksum(String algorithm, String value) {

    private static final Pattern PREFIXED = Pattern.compile("\\{([^}]*)}(.*)");

    static Checksum parse(String text) {
        var prefixed = PREFIXED.matcher(text);
        return prefixed.matches() ? new Checksum(prefixed.group(1), prefixed.group(2)) : new Checksum("MD5", text);
    }

    boolean isKnown() {
        try {
            MessageDigest.getInstance(algorithm);
            return true;
        } catch (NoSuchAlgorithmException e) {
            return false;
        }
    }

    static Checksum of(Path file, String algorithm) throws IOException {
        try (var content = new DigestInputStream(Files.newInputStream(file), MessageDigest.getInstance(algorithm))) {
            content.transferTo(OutputStream.nullOutputStream());
            return new Checksum(
                    algorithm,
                    HexFormat.of().formatHex(content.getMessageDigest().digest()));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Case-sensitive: upper-case digits never match. */
    boolean matches(Path file) throws IOException {
        return of(file, algorithm).value().equals(value);
    }

    @Override
    public String toString() {
        return "{" + algorithm + "}" + value;
    }
}
