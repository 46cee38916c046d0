/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.disk.input;

import dev.cstemplates.core.ByteSize;
import dev.cstemplates.core.Failure;
import dev.cstemplates.core.ResourceExhaustion;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.function.Consumer;

/** Writes decompressed content to a sparse file, within limits. */
public final class Unpacking {

    private static final int BLOCK = 1 << 16;
    private static final byte[] ZEROES = new byte[BLOCK];

    /** Progress is reported after each of these. */
    private static final long STEP = 64L << 20;

    private final Path file;
    private final long packed;
    private final InputLimits limits;
    private final Consumer<String> activity;

    /**
     * @param file named in messages
     * @param packed its length in bytes
     */
    public Unpacking(Path file, long packed, InputLimits limits, Consumer<String> activity) {
        this.file = file;
        this.packed = packed;
        this.limits = limits;
        this.activity = activity;
    }

    /**
     * Decompresses {@code packedContent} into the new file {@code target} and closes it.
     *
     * @throws Failure if the content is damaged or exceeds the limits
     */
    public void unpack(InputStream packedContent, Compression compression, Path target) {
        try (packedContent;
                var in = compression.open(packedContent, file)) {
            copy(in, target);
        } catch (IOException | IllegalArgumentException | IndexOutOfBoundsException e) {
            // Libraries report some kinds of damage by runtime exceptions.
            throw failure(e, "%s is not a sound %s file".formatted(file, compression.extension()));
        }
    }

    /** Writes {@code in} as it is into the new file {@code target}. */
    public void copy(InputStream in, Path target) throws IOException {
        try (var out = FileChannel.open(target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            var buffer = new byte[BLOCK];
            var written = 0L;
            for (var length = in.readNBytes(buffer, 0, BLOCK); length > 0; length = in.readNBytes(buffer, 0, BLOCK)) {
                requireAllowed(written + length);
                if (!Arrays.equals(buffer, 0, length, ZEROES, 0, length)) {
                    write(out, ByteBuffer.wrap(buffer, 0, length), written);
                }
                if (written / STEP != (written + length) / STEP) {
                    activity.accept("unpacking: " + new ByteSize((written + length) / STEP * STEP));
                }
                written += length;
            }
            if (out.size() < written) {
                write(out, ByteBuffer.allocate(1), written - 1);
            }
        }
    }

    private static void write(FileChannel out, ByteBuffer bytes, long at) throws IOException {
        var position = at;
        while (bytes.hasRemaining()) {
            position += out.write(bytes, position);
        }
    }

    private void requireAllowed(long length) {
        if (length > limits.maxSize().bytes()) {
            throw Failure.build(
                    file + " unpacks to more than " + limits.maxSize(),
                    "If you trust it, allow more: --max-size SIZE.");
        }
        if (length > InputLimits.ANY_RATIO && length / Math.max(1, packed) >= limits.maxRatio()) {
            throw Failure.build(
                    "%s unpacks to more than %d times its length".formatted(file, limits.maxRatio()),
                    "It may have been made to fill disks. If you trust it, allow more: --max-ratio N.");
        }
    }

    private static Failure failure(Exception cause, String what) {
        var exhausted = ResourceExhaustion.in(String.valueOf(cause.getMessage()));
        if (exhausted.isPresent()) {
            return exhausted.get();
        }
        var detail = cause instanceof EOFException ? "it ends too early" : String.valueOf(cause.getMessage());
        return Failure.build(what + ": " + detail, "If it was downloaded, compare its checksum or download it again.")
                .because(cause);
    }
}
