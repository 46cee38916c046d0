/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.media;

import dev.cstemplates.core.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;

/**
 * A cached file whose digest was verified.
 *
 * @param size in bytes
 * @param modified as the file system reports it: with the size, it shows whether the file has changed since
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
