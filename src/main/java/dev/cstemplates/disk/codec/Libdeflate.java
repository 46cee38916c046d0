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
import java.util.Optional;

/** zlib streams by libdeflate: about three times as fast as zlib, and a little smaller. */
final class Libdeflate implements Compressor {

    private static final String NAME = "libdeflate.so.0";
    private static final int LEVEL = 5;

    /** Loaded with the first disk that is compressed. */
    private static final class Binding {
        static final NativeLibrary LIBDEFLATE = NativeLibrary.find(NAME).orElseThrow();
        static final MethodHandle ALLOCATE =
                LIBDEFLATE.function("libdeflate_alloc_compressor", FunctionDescriptor.of(ADDRESS, JAVA_INT));
        static final MethodHandle COMPRESS = LIBDEFLATE.function(
                "libdeflate_zlib_compress",
                FunctionDescriptor.of(JAVA_LONG, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS, JAVA_LONG));
        static final MethodHandle FREE =
                LIBDEFLATE.function("libdeflate_free_compressor", FunctionDescriptor.ofVoid(ADDRESS));

        private Binding() {}
    }

    private final MemorySegment state;

    private Libdeflate() {
        state = NativeLibrary.call(() -> (MemorySegment) Binding.ALLOCATE.invokeExact(LEVEL));
        if (state.address() == 0) {
            throw new OutOfMemoryError("libdeflate cannot allocate memory");
        }
    }

    /** Empty if the library is not installed. */
    static Optional<Compressor> open() {
        return NativeLibrary.find(NAME).map(library -> new Libdeflate());
    }

    @Override
    public long compress(MemorySegment source, MemorySegment target) {
        return NativeLibrary.call(
                () -> (long) Binding.COMPRESS.invokeExact(state, source, source.byteSize(), target, target.byteSize()));
    }

    @Override
    public void close() {
        NativeLibrary.call(() -> {
            Binding.FREE.invokeExact(state);
            return state;
        });
    }
}
