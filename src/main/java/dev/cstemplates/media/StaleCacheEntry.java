/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.media;

import dev.cstemplates.core.ByteSize;
import java.nio.file.Path;
import java.time.Instant;

/**
 * A cached medium that was not used recently.
 *
 * @param fileName the vendor's name; for an unfinished download, the temporary file's
 * @param usedAt time of the last use
 */
public record StaleCacheEntry(String fileName, ByteSize size, Instant usedAt, Path folder) {}
