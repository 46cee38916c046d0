package dev.cstemplates.core;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * A SHA-256 digest: the key of content-addressed storage. Unlike {@link Digest} it is written as bare digits, in records and in file
 * names, and its algorithm never varies.
 *
 * @param hex 64 lower-case hexadecimal digits
 */
public record Sha256(String hex) {

    public Sha256 {
        if (!hex.matches("[0-9a-f]{64}")) {
            throw new IllegalArgumentException("A SHA-256 is 64 lower-case hexadecimal digits, was: " + hex);
        }
    }

    public static Sha256 of(String text) {
        return of(text.getBytes(StandardCharsets.UTF_8));
    }

    public static Sha256 of(byte[] bytes) {
        var digest = Digest.Algorithm.SHA256.newDigest();
        digest.update(bytes);
        return new Sha256(Digest.hex(digest));
    }

    /** The digest of a file's content, read once in a constant amount of memory. */
    public static Sha256 of(Path file) throws IOException {
        return new Sha256(Digest.of(Digest.Algorithm.SHA256, file).hex());
    }

    /** The first twelve digits, for display. */
    public String shortened() {
        return hex.substring(0, 12);
    }

    @Override
    public String toString() {
        return hex;
    }
}
