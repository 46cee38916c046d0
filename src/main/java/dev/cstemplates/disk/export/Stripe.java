/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.disk.export;

import dev.cstemplates.core.Digest;
import dev.cstemplates.disk.codec.Cluster;
import dev.cstemplates.disk.codec.Codec;
import dev.cstemplates.disk.codec.Compressor;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.security.MessageDigest;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * 2 MiB of every content of an export, read, digested and compressed by one thread. Clusters in which a content does not differ from the
 * first one are read and compressed once.
 */
final class Stripe implements AutoCloseable {

    /** Bytes in a stripe. */
    static final int SIZE = 2 << 20;

    private static final int CLUSTERS = SIZE / Cluster.SIZE;

    private final List<Content> contents;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment[] buffers;
    private final Cluster[][] own;
    private final Cluster[][] seen;
    private final Map<Codec, Compressor> compressors = new EnumMap<>(Codec.class);
    private final MessageDigest sha256 = Digest.Algorithm.SHA256.newDigest();
    private long offset;

    /** @param contents the first one is the base of the others */
    Stripe(List<Content> contents, Set<Codec> codecs) {
        this.contents = contents;
        buffers = new MemorySegment[contents.size()];
        own = new Cluster[contents.size()][CLUSTERS];
        seen = new Cluster[contents.size()][CLUSTERS];
        try {
            codecs.forEach(codec -> compressors.put(codec, codec.open()));
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
        for (var content = 0; content < contents.size(); content++) {
            buffers[content] = arena.allocate(SIZE, 4096);
            for (var cluster = 0; cluster < CLUSTERS; cluster++) {
                own[content][cluster] = new Cluster(
                        buffers[content].asSlice((long) cluster * Cluster.SIZE, Cluster.SIZE), codecs, arena);
            }
        }
    }

    /** Moves to {@code offset}, a multiple of {@link #SIZE}, and does all work that does not depend on the order of the files. */
    Stripe process(long offset) {
        this.offset = offset;
        for (var content = 0; content < contents.size(); content++) {
            read(content);
            for (var cluster = 0; cluster < CLUSTERS; cluster++) {
                if (seen[content][cluster] == own[content][cluster] && !own[content][cluster].isZero()) {
                    own[content][cluster].process(compressors, sha256);
                }
            }
        }
        return this;
    }

    /** Writes the nonzero clusters of the output's content in order. */
    void writeTo(OpenOutput output) throws IOException {
        var clusters = seen[Math.max(0, contents.indexOf(output.content()))];
        for (var cluster = 0; cluster < CLUSTERS; cluster++) {
            if (!clusters[cluster].isZero()) {
                output.write(offset / Cluster.SIZE + cluster, clusters[cluster]);
            }
        }
    }

    private void read(int content) {
        var from = -1;
        for (var cluster = 0; cluster < CLUSTERS; cluster++) {
            var isRead = selectSource(content, cluster);
            if (isRead && from < 0) {
                from = cluster;
            }
            if (!isRead && from >= 0) {
                read(content, from, cluster);
                from = -1;
            }
        }
        if (from >= 0) {
            read(content, from, CLUSTERS);
        }
    }

    /** Decides where a cluster's data comes from; true if it must be read. */
    private boolean selectSource(int content, int cluster) {
        var position = offset + (long) cluster * Cluster.SIZE;
        var reader = contents.get(content).reader();
        if (content > 0 && !contents.get(content).differs().test(position)) {
            seen[content][cluster] = seen[0][cluster];
            return false;
        }
        seen[content][cluster] = own[content][cluster];
        var length = Math.min(Cluster.SIZE, reader.size() - position);
        var isRead = length > 0 && reader.zeroes(position) < length;
        own[content][cluster].setZero(!isRead);
        return isRead;
    }

    private void read(int content, int from, int to) {
        var reader = contents.get(content).reader();
        var position = offset + (long) from * Cluster.SIZE;
        var wanted = (long) (to - from) * Cluster.SIZE;
        var there = Math.min(wanted, reader.size() - position);
        var target = buffers[content].asSlice((long) from * Cluster.SIZE, wanted);
        target.asSlice(there).fill((byte) 0);
        reader.read(position, target.asSlice(0, there).asByteBuffer());
    }

    @Override
    public void close() {
        compressors.values().forEach(Compressor::close);
        arena.close();
    }
}
