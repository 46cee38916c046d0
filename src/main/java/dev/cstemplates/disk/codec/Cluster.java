package dev.cstemplates.disk.codec;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.security.MessageDigest;
import java.util.EnumMap;
import java.util.Map;

/**
 * The unit that disks are copied in: 64 KiB, which is one cluster in QCOW2 and one grain in VMDK. One object is used for many
 * clusters, one after another.
 */
public final class Cluster {

    /** Bytes in a cluster. */
    public static final int SIZE = 1 << 16;

    /** What does not compress gets a little longer as a zlib stream. */
    public static final int LONGEST_COMPRESSED = SIZE + 1024;

    private static final MemorySegment ZEROES = Arena.global().allocate(SIZE);

    private final MemorySegment data;
    private final Map<Codec, Packed> packed = new EnumMap<>(Codec.class);
    private byte[] digest = {};
    private boolean isZero = true;

    /** A buffer for compressed data, and how much of it is used. */
    private static final class Packed {

        private final MemorySegment buffer;
        private long length;

        Packed(MemorySegment buffer) {
            this.buffer = buffer;
        }
    }

    /** @param data of {@link #SIZE} bytes, off-heap */
    public Cluster(MemorySegment data, Iterable<Codec> codecs, Arena arena) {
        this.data = data;
        codecs.forEach(codec -> packed.put(codec, new Packed(arena.allocate(LONGEST_COMPRESSED))));
    }

    public MemorySegment data() {
        return data;
    }

    public boolean isZero() {
        return isZero;
    }

    /** SHA-256 of the data; not for a cluster of zeroes. */
    public byte[] digest() {
        return digest;
    }

    /** The compressed data; not for a cluster of zeroes. Longer than the data where it does not compress. */
    public MemorySegment compressed(Codec codec) {
        var result = packed.get(codec);
        if (result == null) {
            throw new IllegalStateException("No cluster was to be compressed by " + codec);
        }
        return result.buffer.asSlice(0, result.length);
    }

    /** Says whether it is known to be zero, so that its data was not read. */
    public void setZero(boolean isKnown) {
        isZero = isKnown;
    }

    /** Works out everything about the data that was just read. */
    public void process(Map<Codec, Compressor> compressors, MessageDigest sha256) {
        isZero = data.mismatch(ZEROES) < 0;
        if (isZero) {
            return;
        }
        sha256.update(data.asByteBuffer());
        digest = sha256.digest();
        compressors.forEach((codec, compressor) -> {
            var result = packed.get(codec);
            if (result != null) {
                result.length = compressor.compress(data, result.buffer);
            }
        });
    }
}
