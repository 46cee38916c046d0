/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.disk.input;

import dev.cstemplates.core.ByteSize;

/**
 * Limits for decompressing a file of unknown origin.
 *
 * @param maxSize largest content; default 2 TiB
 * @param maxRatio content divided by compressed length, checked from {@link #ANY_RATIO} on; default 1000
 */
public record InputLimits(ByteSize maxSize, long maxRatio) {

    /** Content of up to 1 GiB may have any ratio. */
    public static final long ANY_RATIO = 1L << 30;

    public static final InputLimits DEFAULTS = new InputLimits(ByteSize.ofGiB(2048), 1000);
}
