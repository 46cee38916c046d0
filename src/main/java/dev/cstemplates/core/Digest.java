package dev.cstemplates.core;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/**
 * A digest of some content. Where the algorithm is always the same, such as in keys of layers, use {@link Sha256}.
 *
 * @param hex lower-case hexadecimal digits, as many as the algorithm has
 */
public record Digest(Algorithm algorithm, String hex) {

    private static final int CHUNK_BYTES = 1 << 20;

    /** The algorithms in use that still resist collisions. */
    public enum Algorithm {
        SHA256("SHA-256", 64),
        SHA512("SHA-512", 128);

        private final String javaName;
        private final int digits;

        Algorithm(String javaName, int digits) {
            this.javaName = javaName;
            this.digits = digits;
        }

        /** Whether a text is a digest of this algorithm, in upper or lower case. */
        public boolean fits(String hex) {
            return hex.length() == digits && hex.matches("[0-9a-fA-F]+");
        }

        /** The number of hexadecimal digits. */
        public int digits() {
            return digits;
        }

        public MessageDigest newDigest() {
            try {
                return MessageDigest.getInstance(javaName);
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("Every JDK has " + javaName, e);
            }
        }
    }

    public Digest {
        if (!algorithm.fits(hex) || !hex.equals(hex.toLowerCase(Locale.ROOT))) {
            throw new IllegalArgumentException("Not a lower-case " + algorithm + ": " + hex);
        }
    }

    /**
     * Parses a digest in upper or lower case.
     *
     * @throws Failure of kind usage for anything else
     */
    public static Digest parse(Algorithm algorithm, String text) {
        var hex = text.strip();
        if (!algorithm.fits(hex)) {
            throw Failure.usage(
                    "Invalid " + algorithm + " '" + text + "'",
                    "Write its " + algorithm.digits + " hexadecimal digits, as the vendor publishes them.");
        }
        return new Digest(algorithm, hex.toLowerCase(Locale.ROOT));
    }

    /** Completes {@code finished}, which resets it. */
    public static Digest of(Algorithm algorithm, MessageDigest finished) {
        return new Digest(algorithm, hex(finished));
    }

    /** The digest of a file's content, read in a constant amount of memory. */
    public static Digest of(Algorithm algorithm, Path file) throws IOException {
        return of(List.of(algorithm), file).getFirst();
    }

    /** Several digests of a file, in the given order; the file is read once. */
    public static List<Digest> of(List<Algorithm> algorithms, Path file) throws IOException {
        var digests = algorithms.stream().map(Algorithm::newDigest).toList();
        update(digests, file);
        var result = new ArrayList<Digest>();
        for (var index = 0; index < digests.size(); index++) {
            result.add(of(algorithms.get(index), digests.get(index)));
        }
        return result;
    }

    /** Adds a file's content to digests that are in progress. */
    public static void update(List<MessageDigest> digests, Path file) throws IOException {
        try (var in = Files.newInputStream(file)) {
            var chunk = new byte[CHUNK_BYTES];
            for (var count = in.read(chunk); count >= 0; count = in.read(chunk)) {
                for (var digest : digests) {
                    digest.update(chunk, 0, count);
                }
            }
        }
    }

    /** Completes a digest: lower-case hexadecimal digits. */
    public static String hex(MessageDigest finished) {
        return HexFormat.of().formatHex(finished.digest());
    }

    /** As part of a file name: {@code sha256-…}. */
    public String fileName() {
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
