/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.disk.io;

import java.nio.ByteBuffer;

/** Fills buffers with zeroes. */
public final class Zeroes {

    private static final ByteBuffer ZEROES = ByteBuffer.allocateDirect(64 << 10).asReadOnlyBuffer();

    private Zeroes() {}

    /** Appends {@code length} zero bytes to {@code target}. */
    public static void put(ByteBuffer target, int length) {
        for (var left = length; left > 0; ) {
            var step = Math.min(left, ZEROES.capacity());
            target.put(ZEROES.duplicate().limit(step));
            left -= step;
        }
    }
}
