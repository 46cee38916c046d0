/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.disk;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.cstemplates.core.Failure;
import dev.cstemplates.disk.io.DiskReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;

/** Reads a corrupted file: a reader must return content or fail with the offset of the error, within limited memory. */
final class Hostile {

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** Allowance for classes, messages and header buffers, whatever the file. */
    private static final long BASE_BYTES = 12L << 20;

    private final Sample sample;
    private final Path file;
    private final Function<Path, DiskReader> open;

    Hostile(Sample sample, Path file, Function<Path, DiskReader> open) {
        this.sample = sample;
        this.file = file;
        this.open = open;
    }

    /** Corrupts the sample, with checksums fixed if {@code repaired}, and reads it; returns whether it was readable. */
    boolean survives(List<Mutation> mutations, boolean repaired) {
        var bytes = sample.file();
        for (var mutation : mutations) {
            bytes = mutation.applied(bytes, sample.tables());
        }
        if (repaired) {
            bytes = sample.repaired(bytes);
        }
        try {
            Files.write(file, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        var before = THREADS.getCurrentThreadAllocatedBytes();
        try (var reader = open.apply(file)) {
            readSomeOf(reader);
            return true;
        } catch (Failure expected) {
            assertThat(expected.kind()).isEqualTo(Failure.Kind.BUILD);
            assertThat(expected.message()).containsPattern("at byte \\d").contains("expected");
            return false;
        } finally {
            assertThat(THREADS.getCurrentThreadAllocatedBytes() - before)
                    .as("bytes allocated")
                    .isLessThan(BASE_BYTES + 16L * bytes.length);
        }
    }

    /** Reads the start and the end, because the claimed size may be absurd, and the zero runs. */
    private static void readSomeOf(DiskReader reader) {
        var size = reader.size();
        assertThat(size).isPositive();
        var buffer = ByteBuffer.allocate((int) Math.min(size, 1 << 20));
        reader.read(0, buffer);
        assertThat(buffer.remaining()).isZero();
        reader.read(size - buffer.capacity(), buffer.clear());
        assertThat(buffer.remaining()).isZero();
        var at = 0L;
        for (var step = 0; step < 300 && at < size; step++) {
            var zero = reader.zeroes(at);
            assertThat(zero).isBetween(0L, size - at);
            at += zero == 0 ? Math.min(512, size - at) : zero;
        }
    }
}
