/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.disk.codec;

import java.nio.ByteBuffer;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** A thread-safe pool of inflaters for clusters and grains: they are expensive to create. */
public final class Inflaters implements AutoCloseable {

    private final boolean raw;
    private final ConcurrentLinkedQueue<Inflater> idle = new ConcurrentLinkedQueue<>();

    /** @param raw whether the streams have neither zlib's header nor its checksum */
    public Inflaters(boolean raw) {
        this.raw = raw;
    }

    /**
     * The result of inflating one stream.
     *
     * @param bytes number of bytes written to the target
     * @param isComplete whether the stream ended there with a correct checksum
     */
    public record Inflation(int bytes, boolean isComplete) {}

    /** Inflates the stream that {@code source} starts with, until it ends or {@code target} is full. */
    public Inflation inflate(ByteBuffer source, ByteBuffer target) throws DataFormatException {
        var pooled = idle.poll();
        var inflater = pooled != null ? pooled : new Inflater(raw);
        try {
            inflater.setInput(source);
            var bytes = 0;
            while (target.hasRemaining()) {
                var more = inflater.inflate(target);
                if (more == 0) {
                    return new Inflation(bytes, inflater.finished());
                }
                bytes += more;
            }
            // The end mark may still be unread: request one more byte than expected.
            var isComplete = inflater.inflate(new byte[1]) == 0 && inflater.finished();
            return new Inflation(bytes, isComplete);
        } finally {
            inflater.reset();
            idle.add(inflater);
        }
    }

    @Override
    public void close() {
        for (var inflater = idle.poll(); inflater != null; inflater = idle.poll()) {
            inflater.end();
        }
    }
}
