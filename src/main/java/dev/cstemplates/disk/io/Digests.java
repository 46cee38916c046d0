package dev.cstemplates.disk.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Message digests that every JDK has. */
public final class Digests {

    private static final int CHUNK = 1 << 18;

    private Digests() {}

    public static MessageDigest sha256() {
        return digest("SHA-256");
    }

    public static String hex(MessageDigest digest) {
        return HexFormat.of().formatHex(digest.digest());
    }

    /** Lower-case hexadecimal digest of a file's content. */
    public static String of(Path file, String algorithm) throws IOException {
        var digest = digest(algorithm);
        var chunk = ByteBuffer.wrap(new byte[CHUNK]);
        try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
            while (channel.read(chunk.clear()) >= 0) {
                digest.update(chunk.flip());
            }
        }
        return hex(digest);
    }

    private static MessageDigest digest(String algorithm) {
        try {
            return MessageDigest.getInstance(algorithm);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has " + algorithm, e);
        }
    }
}
