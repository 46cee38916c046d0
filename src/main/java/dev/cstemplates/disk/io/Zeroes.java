package dev.cstemplates.disk.io;

import java.nio.ByteBuffer;

/** Many zero bytes, to fill buffers with. */
public final class Zeroes {

    private static final ByteBuffer SOME = ByteBuffer.allocateDirect(64 << 10).asReadOnlyBuffer();

    private Zeroes() {}

    /** Puts {@code length} zero bytes into {@code target}. */
    public static void put(ByteBuffer target, int length) {
        for (var left = length; left > 0; ) {
            var step = Math.min(left, SOME.capacity());
            target.put(SOME.duplicate().limit(step));
            left -= step;
        }
    }
}
