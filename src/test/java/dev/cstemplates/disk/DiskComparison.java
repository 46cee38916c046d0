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
 * Whether two disks have the same content. The longer one's rest has to be zero. What both call zero is not read; the rest is, in steps
 * of 1 MiB by two threads.
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
     * The offset of the first byte that differs; empty where none does.
     *
     * @param progress told, by either thread, up to which offset work has been given out
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
            // The end of one, by a difference or a failure, is the end of both.
            stop();
        }
    }

    private synchronized void stop() {
        next = size;
    }

    /** The start of the next step: steps are given out in order, so that what lies before a difference has been compared too. */
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

    /** One of the disks, followed by endless zeroes. */
    private static final class Side {

        private final DiskReader disk;
        private long zeroEnd;

        Side(DiskReader disk) {
            this.disk = disk;
        }

        /** Where the zeroes end that are at {@code offset}. Each run is asked for once: to find its end may take long. */
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
