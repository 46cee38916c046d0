/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.disk.codec;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.cstemplates.host.NativeLibrary;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * Decompresses Zstandard frames by libzstd. Its default limit for a window, 128 MiB, bounds the memory.
 *
 * <p>Both structures of the C interface, {@code ZSTD_inBuffer} and {@code ZSTD_outBuffer}, have a pointer, a size and a position.
 */
public final class ZstdInputStream extends InputStream {

    private static final int STEP = 1 << 16;
    private static final int BUFFER_BYTES = 24;
    private static final int SIZE = 8;
    private static final int POSITION = 16;

    private static final class Libzstd {
        static final NativeLibrary LIBZSTD = Codec.require("libzstd.so.1", "libzstd1");
        static final MethodHandle CREATE = LIBZSTD.function("ZSTD_createDStream", FunctionDescriptor.of(ADDRESS));
        static final MethodHandle FREE =
                LIBZSTD.function("ZSTD_freeDStream", FunctionDescriptor.of(JAVA_LONG, ADDRESS));
        static final MethodHandle DECOMPRESS =
                LIBZSTD.function("ZSTD_decompressStream", FunctionDescriptor.of(JAVA_LONG, ADDRESS, ADDRESS, ADDRESS));
        static final MethodHandle IS_ERROR =
                LIBZSTD.function("ZSTD_isError", FunctionDescriptor.of(JAVA_INT, JAVA_LONG));

        private Libzstd() {}
    }

    private final InputStream in;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment source = arena.allocate(STEP);
    private final MemorySegment target = arena.allocate(STEP);
    private final MemorySegment input = arena.allocate(BUFFER_BYTES, SIZE);
    private final MemorySegment output = arena.allocate(BUFFER_BYTES, SIZE);
    private final MemorySegment stream;
    private long taken;
    private boolean isFrameComplete;
    private boolean isOver;
    private boolean isClosed;

    public ZstdInputStream(InputStream in) {
        this.in = in;
        this.stream = NativeLibrary.call(() -> (MemorySegment) Libzstd.CREATE.invokeExact());
        if (stream.address() == 0) {
            throw new OutOfMemoryError("libzstd cannot allocate memory");
        }
        input.set(ADDRESS, 0, source);
        output.set(ADDRESS, 0, target);
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int from, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        while (taken == output.get(JAVA_LONG, POSITION)) {
            if (isOver) {
                return -1;
            }
            decompress();
        }
        var got = (int) Math.min(length, output.get(JAVA_LONG, POSITION) - taken);
        MemorySegment.copy(target, JAVA_BYTE, taken, bytes, from, got);
        taken += got;
        return got;
    }

    private void decompress() throws IOException {
        if (isClosed) {
            throw new IOException("the stream is closed");
        }
        if (input.get(JAVA_LONG, POSITION) == input.get(JAVA_LONG, SIZE) && !fill()) {
            return;
        }
        output.set(JAVA_LONG, SIZE, STEP);
        output.set(JAVA_LONG, POSITION, 0);
        taken = 0;
        long left = NativeLibrary.call(() -> (long) Libzstd.DECOMPRESS.invokeExact(stream, output, input));
        if (NativeLibrary.call(() -> (int) Libzstd.IS_ERROR.invokeExact(left)) != 0) {
            throw new IOException("the zstd stream is damaged or needs a window above 128 MiB");
        }
        isFrameComplete = left == 0;
    }

    /** Reads more input; false if what libzstd still holds, or the end of the stream, comes next. */
    private boolean fill() throws IOException {
        var buffer = new byte[STEP];
        var got = in.read(buffer);
        if (got > 0) {
            MemorySegment.copy(buffer, 0, source, JAVA_BYTE, 0, got);
            input.set(JAVA_LONG, SIZE, got);
            input.set(JAVA_LONG, POSITION, 0);
            return true;
        }
        if (isFrameComplete) {
            isOver = true;
            return false;
        }
        // libzstd may hold content of a frame whose input it has taken whole.
        input.set(JAVA_LONG, SIZE, 0);
        input.set(JAVA_LONG, POSITION, 0);
        output.set(JAVA_LONG, SIZE, STEP);
        output.set(JAVA_LONG, POSITION, 0);
        taken = 0;
        long left = NativeLibrary.call(() -> (long) Libzstd.DECOMPRESS.invokeExact(stream, output, input));
        isFrameComplete = left == 0;
        if (output.get(JAVA_LONG, POSITION) == 0 && !isFrameComplete) {
            throw new EOFException("the zstd stream ends too early");
        }
        return false;
    }

    @Override
    public void close() throws IOException {
        if (!isClosed) {
            isClosed = true;
            NativeLibrary.call(() -> (long) Libzstd.FREE.invokeExact(stream));
            arena.close();
        }
        in.close();
    }
}
