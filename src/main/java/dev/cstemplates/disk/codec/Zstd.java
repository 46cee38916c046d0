/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.disk.codec;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.cstemplates.host.NativeLibrary;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** Zstandard frames by libzstd. */
final class Zstd implements Compressor {

    private static final int LEVEL = 6;

    /** Loaded with the first disk that is compressed. */
    private static final class Libzstd {
        static final NativeLibrary LIBZSTD = Codec.require("libzstd.so.1", "libzstd1");
        static final MethodHandle COMPRESS = LIBZSTD.function(
                "ZSTD_compressCCtx",
                FunctionDescriptor.of(JAVA_LONG, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS, JAVA_LONG, JAVA_INT));
        static final MethodHandle IS_ERROR =
                LIBZSTD.function("ZSTD_isError", FunctionDescriptor.of(JAVA_INT, JAVA_LONG));
        static final MethodHandle CREATE = LIBZSTD.function("ZSTD_createCCtx", FunctionDescriptor.of(ADDRESS));
        static final MethodHandle FREE = LIBZSTD.function("ZSTD_freeCCtx", FunctionDescriptor.of(JAVA_LONG, ADDRESS));

        private Libzstd() {}
    }

    private final MemorySegment context;

    Zstd() {
        context = NativeLibrary.call(() -> (MemorySegment) Libzstd.CREATE.invokeExact());
        if (context.address() == 0) {
            throw new OutOfMemoryError("libzstd cannot allocate memory");
        }
    }

    /** The only possible error is that {@code target} is too small. */
    @Override
    public long compress(MemorySegment source, MemorySegment target) {
        return NativeLibrary.call(() -> {
            var length = (long)
                    Libzstd.COMPRESS.invokeExact(context, target, target.byteSize(), source, source.byteSize(), LEVEL);
            return (int) Libzstd.IS_ERROR.invokeExact(length) != 0 ? 0L : length;
        });
    }

    @Override
    public void close() {
        NativeLibrary.call(() -> (long) Libzstd.FREE.invokeExact(context));
    }
}
