package dev.cstemplates.artifact;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The digests of one file, computed in one reading.
 *
 * @param size in bytes
 * @param sha256 lower-case hexadecimal
 * @param sha512 lower-case hexadecimal
 */
record FileDigests(long size, String sha256, String sha512) {

    private static final int CHUNK = 1 << 20;

    static FileDigests of(Path file) throws IOException {
        try (var in = Files.newInputStream(file)) {
            var sha256 = MessageDigest.getInstance("SHA-256");
            var sha512 = MessageDigest.getInstance("SHA-512");
            var chunk = new byte[CHUNK];
            var size = 0L;
            for (var count = in.read(chunk); count >= 0; count = in.read(chunk)) {
                sha256.update(chunk, 0, count);
                sha512.update(chunk, 0, count);
                size += count;
            }
            var hex = HexFormat.of();
            return new FileDigests(size, hex.formatHex(sha256.digest()), hex.formatHex(sha512.digest()));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has SHA-256 and SHA-512", e);
        }
    }
}
