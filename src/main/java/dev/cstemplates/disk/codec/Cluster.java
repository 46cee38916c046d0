/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.disk.codec;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.security.MessageDigest;
import java.util.EnumMap;
import java.util.Map;

/** The unit in which disks are copied: 64 KiB, which is one cluster in QCOW2 and one grain in VMDK. Reused for one cluster after another. */
public final class Cluster {

    /** Bytes in a cluster. */
    public static final int SIZE = 1 << 16;

    /** Incompressible data gets a little longer as a zlib stream. */
    public static final int LONGEST_COMPRESSED = SIZE + 1024;

    private static final MemorySegment ZEROES = Arena.global().allocate(SIZE);

    private final MemorySegment data;
    private final Map<Codec, CompressedData> compressed = new EnumMap<>(Codec.class);
    private byte[] digest = {};
    private boolean isZero = true;

    /** A buffer and its used length. */
    private static final class CompressedData {

        private final MemorySegment buffer;
        private long length;

        CompressedData(MemorySegment buffer) {
            this.buffer = buffer;
        }
    }

    /** @param data of {@link #SIZE} bytes, off-heap */
    public Cluster(MemorySegment data, Iterable<Codec> codecs, Arena arena) {
        this.data = data;
        codecs.forEach(codec -> compressed.put(codec, new CompressedData(arena.allocate(LONGEST_COMPRESSED))));
    }

    public MemorySegment data() {
        return data;
    }

    public boolean isZero() {
        return isZero;
    }

    /** SHA-256 of the data; undefined for a zero cluster. */
    public byte[] digest() {
        return digest;
    }

    /** The compressed data, which may be longer than the data; undefined for a zero cluster. */
    public MemorySegment compressed(Codec codec) {
        var result = compressed.get(codec);
        if (result == null) {
            throw new IllegalStateException("This cluster is not compressed by " + codec);
        }
        return result.buffer.asSlice(0, result.length);
    }

    /** Marks the cluster as zero, without data, or as read. */
    public void setZero(boolean isKnown) {
        isZero = isKnown;
    }

    /** Checks the data for zeroes, digests it and compresses it. */
    public void process(Map<Codec, Compressor> compressors, MessageDigest sha256) {
        isZero = data.mismatch(ZEROES) < 0;
        if (isZero) {
            return;
        }
        sha256.update(data.asByteBuffer());
        digest = sha256.digest();
        compressors.forEach((codec, compressor) -> {
            var result = compressed.get(codec);
            if (result != null) {
                result.length = compressor.compress(data, result.buffer);
            }
        });
    }
}
