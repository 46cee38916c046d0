/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.media;

import dev.cstemplates.core.ByteSize;
import dev.cstemplates.core.Digest;
import java.nio.file.Path;

/**
 * A medium on this host whose digest was verified.
 *
 * @param path read-only
 * @param fileName the vendor's name
 * @param version derived from the name by the source's selection
 * @param downloaded whether this call downloaded it; false if it was cached
 */
public record VerifiedMedia(
        Path path,
        String fileName,
        String version,
        Digest digest,
        ByteSize size,
        Provenance evidence,
        boolean downloaded) {}
