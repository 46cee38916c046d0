package dev.cstemplates.media;

import dev.cstemplates.core.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;

/**
 * What a medium's content is known by.
 *
 * @param hex lower-case hexadecimal digits, as many as the algorithm has
 */
public record Digest(Algorithm algorithm, String hex) {

    private static final int CHUNK = 1 << 20;

    /** The algorithms that vendors use and that are still to be trusted. */
    public enum Algorithm {
        SHA256("SHA-256", 64),
        SHA512("SHA-512", 128);

        private final String javaName;
        private final int digits;

        Algorithm(String javaName, int digits) {
            this.javaName = javaName;
            this.digits = digits;
        }

        /** Hexadecimal digits of a digest. */
        public int digits() {
            return digits;
        }

        boolean fits(String hex) {
            return hex.length() == digits && hex.matches("[0-9a-fA-F]+");
        }

        MessageDigest start() {
            try {
                return MessageDigest.getInstance(javaName);
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("Every JDK has " + javaName, e);
            }
        }
    }

    public Digest {
        if (!algorithm.fits(hex) || !hex.equals(hex.toLowerCase(Locale.ROOT))) {
            throw new IllegalArgumentException(hex + " is no lower-case " + algorithm);
        }
    }

    /** Reads what somebody wrote down, in capitals or not; a {@link Failure} of kind usage for anything else. */
    public static Digest parse(Algorithm algorithm, String text) {
        var hex = text.strip();
        if (!algorithm.fits(hex)) {
            throw Failure.usage(
                    "'" + text + "' is no " + algorithm,
                    "Write its " + algorithm.digits + " hexadecimal digits, as the vendor shows them.");
        }
        return new Digest(algorithm, hex.toLowerCase(Locale.ROOT));
    }

    static Digest of(Algorithm algorithm, MessageDigest finished) {
        return new Digest(algorithm, HexFormat.of().formatHex(finished.digest()));
    }

    /** The digest of a file's content, read once in a constant amount of memory. */
    static Digest of(Algorithm algorithm, Path file) throws IOException {
        var digest = algorithm.start();
        feed(digest, file);
        return of(algorithm, digest);
    }

    static void feed(MessageDigest digest, Path file) throws IOException {
        try (var in = Files.newInputStream(file)) {
            var chunk = new byte[CHUNK];
            for (var count = in.read(chunk); count >= 0; count = in.read(chunk)) {
                digest.update(chunk, 0, count);
            }
        }
    }

    /** Fit for a file name: {@code sha256-…}. */
    String fileName() {
        return algorithm.name().toLowerCase(Locale.ROOT) + "-" + hex;
    }

    /** The first twelve digits, for messages. */
    public String shortened() {
        return hex.substring(0, 12);
    }

    /** {@code sha256:…} */
    @Override
    public String toString() {
        return algorithm.name().toLowerCase(Locale.ROOT) + ":" + hex;
    }
}
