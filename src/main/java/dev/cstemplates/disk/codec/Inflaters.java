package dev.cstemplates.disk.codec;

import java.nio.ByteBuffer;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** Inflaters for clusters and grains, as many as threads ask at a time: each is dear to make. Safe for several threads. */
public final class Inflaters implements AutoCloseable {

    private final boolean raw;
    private final ConcurrentLinkedQueue<Inflater> idle = new ConcurrentLinkedQueue<>();

    /** {@code raw} where the streams have neither zlib's header nor its checksum. */
    public Inflaters(boolean raw) {
        this.raw = raw;
    }

    /**
     * What one stream gave.
     *
     * @param bytes put into the target, at most what it had room for
     * @param isWhole whether the stream ended there, its checksum included
     */
    public record Outcome(int bytes, boolean isWhole) {}

    /** Inflates the stream that {@code source} starts with, until it ends or {@code target} is full. */
    public Outcome inflate(ByteBuffer source, ByteBuffer target) throws DataFormatException {
        var taken = idle.poll();
        var inflater = taken != null ? taken : new Inflater(raw);
        try {
            inflater.setInput(source);
            var bytes = 0;
            while (target.hasRemaining()) {
                var more = inflater.inflate(target);
                if (more == 0) {
                    return new Outcome(bytes, inflater.finished());
                }
                bytes += more;
            }
            // The end mark may still be unread: ask for one byte more than there should be.
            var isWhole = inflater.inflate(new byte[1]) == 0 && inflater.finished();
            return new Outcome(bytes, isWhole);
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
