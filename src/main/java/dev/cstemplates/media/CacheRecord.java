package dev.cstemplates.media;

import dev.cstemplates.core.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;

/**
 * What is known of a file whose content was read whole and had the digest that it had to have.
 *
 * @param size in bytes
 * @param modified as the file system says: it and the size tell whether the file is still the one that was read
 */
record CacheRecord(String fileName, Digest digest, long size, Instant modified) {

    static CacheRecord of(Path file, String fileName, Digest digest) throws IOException {
        return new CacheRecord(
                fileName,
                digest,
                Files.size(file),
                Files.getLastModifiedTime(file).toInstant());
    }

    boolean isUntouched(Path file) throws IOException {
        return Files.size(file) == size
                && Files.getLastModifiedTime(file).toInstant().equals(modified);
    }
}
