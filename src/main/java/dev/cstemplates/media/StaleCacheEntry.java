package dev.cstemplates.media;

import dev.cstemplates.core.ByteSize;
import java.nio.file.Path;
import java.time.Instant;

/**
 * A medium in the cache that nobody has used for a while.
 *
 * @param fileName the vendor's; of a download that was not finished, the part's
 * @param usedAt when it was asked for last
 */
public record StaleCacheEntry(String fileName, ByteSize size, Instant usedAt, Path folder) {}
