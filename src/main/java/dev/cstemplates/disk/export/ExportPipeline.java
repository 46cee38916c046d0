/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.disk.export;

import dev.cstemplates.core.Failure;
import dev.cstemplates.disk.codec.Codec;
import dev.cstemplates.disk.io.DiskReader;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.function.DoubleConsumer;

/**
 * Reads a disk once and hands its clusters to all outputs, in order. Stripes are read and compressed by the workers; the caller's
 * thread writes.
 */
final class ExportPipeline implements AutoCloseable {

    private final List<OpenOutput> outputs;
    private final ExecutorService workers;
    private final int atATime;
    private final List<Content> contents = new ArrayList<>();
    private final EnumSet<Codec> codecs = EnumSet.noneOf(Codec.class);
    private final long size;
    private final List<Stripe> stripes = new ArrayList<>();
    private final ArrayDeque<Stripe> idle = new ArrayDeque<>();
    private final ArrayDeque<Future<Stripe>> running = new ArrayDeque<>();

    /**
     * @param base the disk that the outputs' contents are based on
     * @param atATime number of stripes in progress
     */
    ExportPipeline(DiskReader base, List<OpenOutput> outputs, ExecutorService workers, int atATime) {
        this.outputs = outputs;
        this.workers = workers;
        this.atATime = atATime;
        contents.add(Content.of(base));
        for (var output : outputs) {
            if (!output.content().reader().equals(base) && !contents.contains(output.content())) {
                contents.add(output.content());
            }
            output.output().format().codec().ifPresent(codecs::add);
        }
        size = contents.stream().mapToLong(each -> each.reader().size()).max().orElseThrow();
    }

    /** @param progress receives percentages, 0 to 100 */
    void run(DoubleConsumer progress) throws IOException {
        for (var offset = nextAfter(0); offset < size; offset = nextAfter(offset + Stripe.SIZE)) {
            progress.accept(100.0 * offset / size);
            var stripe = idleStripe();
            var from = offset;
            running.add(workers.submit(() -> stripe.process(from)));
        }
        while (!running.isEmpty()) {
            idle.add(writeFirst());
        }
    }

    private Stripe idleStripe() throws IOException {
        if (running.size() == atATime) {
            return writeFirst();
        }
        if (idle.isEmpty()) {
            stripes.add(new Stripe(contents, codecs));
            return stripes.getLast();
        }
        return idle.remove();
    }

    private Stripe writeFirst() throws IOException {
        // Stays in the queue until it is done, so that close() waits for it if this thread is interrupted here.
        var stripe = result(running.element());
        running.remove();
        for (var output : outputs) {
            stripe.writeTo(output);
        }
        return stripe;
    }

    /** Offset of the first stripe from {@code offset} on that is not a zero run in every content. */
    private long nextAfter(long offset) {
        var position = offset;
        while (position < size) {
            var zeroes = zeroes(position);
            position += zeroes;
            if (zeroes < Stripe.SIZE) {
                break;
            }
        }
        return position >= size ? size : position / Stripe.SIZE * Stripe.SIZE;
    }

    private long zeroes(long position) {
        var zeroes = size - position;
        for (var content : contents) {
            var reader = content.reader();
            if (position < reader.size()) {
                var own = reader.zeroes(position);
                zeroes = position + own == reader.size() ? zeroes : Math.min(zeroes, own);
            }
        }
        return zeroes;
    }

    static <T> T result(Future<T> future) throws IOException {
        try {
            return future.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Failure.cancelled("Writing the disks").because(e);
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case IOException cause -> throw cause;
                case RuntimeException cause -> throw cause;
                case Error cause -> throw cause;
                case null, default -> throw new IllegalStateException(e);
            }
        }
    }

    /** Waits for the workers before it frees the memory that they write to. */
    @Override
    public void close() {
        var interrupted = Thread.interrupted();
        while (!running.isEmpty()) {
            try {
                running.element().get();
                running.remove();
            } catch (ExecutionException e) {
                // The caller already gets the first exception.
                running.remove();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        stripes.forEach(Stripe::close);
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
