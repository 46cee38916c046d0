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

    /** The functions, looked up when the first disk is compressed. */
    private static final class Library {
        static final NativeLibrary LIBZSTD = Codec.require("libzstd.so.1", "libzstd1");
        static final MethodHandle COMPRESS = LIBZSTD.function(
                "ZSTD_compressCCtx",
                FunctionDescriptor.of(JAVA_LONG, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS, JAVA_LONG, JAVA_INT));
        static final MethodHandle IS_ERROR =
                LIBZSTD.function("ZSTD_isError", FunctionDescriptor.of(JAVA_INT, JAVA_LONG));
        static final MethodHandle CREATE = LIBZSTD.function("ZSTD_createCCtx", FunctionDescriptor.of(ADDRESS));
        static final MethodHandle FREE = LIBZSTD.function("ZSTD_freeCCtx", FunctionDescriptor.of(JAVA_LONG, ADDRESS));

        private Library() {}
    }

    private final MemorySegment context;

    Zstd() {
        context = NativeLibrary.call(() -> (MemorySegment) Library.CREATE.invokeExact());
        if (context.address() == 0) {
            throw new OutOfMemoryError("libzstd got no memory");
        }
    }

    /** The one error that a sound call can end with is a target that is too small. */
    @Override
    public long compress(MemorySegment source, MemorySegment target) {
        return NativeLibrary.call(() -> {
            var length = (long)
                    Library.COMPRESS.invokeExact(context, target, target.byteSize(), source, source.byteSize(), LEVEL);
            return (int) Library.IS_ERROR.invokeExact(length) != 0 ? 0L : length;
        });
    }

    @Override
    public void close() {
        NativeLibrary.call(() -> (long) Library.FREE.invokeExact(context));
    }
}
