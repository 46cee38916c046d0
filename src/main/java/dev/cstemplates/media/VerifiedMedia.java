package dev.cstemplates.media;

import dev.cstemplates.core.ByteSize;
import dev.cstemplates.core.Digest;
import java.nio.file.Path;

/**
 * A medium on this host whose content has been compared with its digest.
 *
 * @param path where it is; to be read only
 * @param fileName as the vendor calls it
 * @param version as the source's selection tells it
 * @param downloaded whether this call downloaded it; false when it was here already
 */
public record VerifiedMedia(
        Path path,
        String fileName,
        String version,
        Digest digest,
        ByteSize size,
        Provenance evidence,
        boolean downloaded) {}
