/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.disk;

import dev.cstemplates.core.Failure;
import dev.cstemplates.disk.io.DiskReader;
import dev.cstemplates.disk.io.Zeroes;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;

/**
 * Compares the content of two disks. The rest of the longer one must be zero. Common zero runs are skipped; everything else is read in
 * steps of 1 MiB by two threads.
 */
public final class DiskComparison {

    private static final int STEP = 1 << 20;
    private static final int THREADS = 2;

    private final Side one;
    private final Side other;
    private final long size;
    private final LongConsumer progress;
    private final AtomicLong firstDifference = new AtomicLong(Long.MAX_VALUE);
    private long next;

    private DiskComparison(DiskReader one, DiskReader other, LongConsumer progress) {
        this.one = new Side(one);
        this.other = new Side(other);
        this.size = Math.max(one.size(), other.size());
        this.progress = progress;
    }

    /**
     * The offset of the first byte that differs; empty if none does.
     *
     * @param progress receives the offset up to which work has been assigned, from either thread
     */
    public static OptionalLong firstDifference(DiskReader one, DiskReader other, LongConsumer progress) {
        return new DiskComparison(one, other, progress).run();
    }

    private OptionalLong run() {
        try (var threads = Executors.newFixedThreadPool(THREADS)) {
            var tasks = new ArrayList<Future<?>>();
            for (var index = 0; index < THREADS; index++) {
                tasks.add(threads.submit(this::work));
            }
            try {
                for (var task : tasks) {
                    task.get();
                }
            } finally {
                stop();
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Failure.cancelled("Comparing two disks").because(e);
        }
        var found = firstDifference.get();
        return found == Long.MAX_VALUE ? OptionalLong.empty() : OptionalLong.of(found);
    }

    private void work() {
        var mine = ByteBuffer.allocateDirect(STEP);
        var theirs = ByteBuffer.allocateDirect(STEP);
        try {
            for (var at = take(); at < Math.min(size, firstDifference.get()); at = take()) {
                var length = (int) Math.min(STEP, size - at);
                one.read(at, mine.clear().limit(length));
                other.read(at, theirs.clear().limit(length));
                var differs = mine.flip().mismatch(theirs.flip());
                if (differs >= 0) {
                    firstDifference.accumulateAndGet(at + differs, Math::min);
                }
            }
        } finally {
            // A difference or a failure in one thread ends both.
            stop();
        }
    }

    private synchronized void stop() {
        next = size;
    }

    /** The start of the next step. Steps are assigned in order, so that everything before a difference is compared. */
    private synchronized long take() {
        while (next < size) {
            var zero = Math.min(one.zeroEnd(next), other.zeroEnd(next));
            if (zero <= next) {
                break;
            }
            next = Math.min(size, zero);
        }
        var taken = next;
        next = Math.min(size, next + STEP);
        progress.accept(next);
        return taken;
    }

    /** One of the disks, followed by infinite zeroes. */
    private static final class Side {

        private final DiskReader disk;
        private long zeroEnd;

        Side(DiskReader disk) {
            this.disk = disk;
        }

        /** The end of the zero run at {@code offset}. Each run is queried once: finding its end may be slow. */
        long zeroEnd(long offset) {
            if (offset >= disk.size()) {
                return Long.MAX_VALUE;
            }
            if (zeroEnd <= offset) {
                zeroEnd = offset + disk.zeroes(offset);
            }
            return zeroEnd >= disk.size() ? Long.MAX_VALUE : zeroEnd;
        }

        void read(long offset, ByteBuffer target) {
            var there = Math.clamp(disk.size() - offset, 0, target.remaining());
            if (there > 0) {
                var limit = target.limit();
                disk.read(offset, target.limit(target.position() + there));
                target.limit(limit);
            }
            Zeroes.put(target, target.remaining());
        }
    }
}
