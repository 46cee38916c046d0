/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.disk.export;

import dev.cstemplates.core.Digest;
import dev.cstemplates.disk.codec.Cluster;
import dev.cstemplates.disk.io.DiskReader;
import java.nio.ByteBuffer;
import java.security.MessageDigest;

/**
 * A digest of the content that a guest sees, the same in every format: SHA-256 over the number (8 bytes, big-endian) and the SHA-256 of
 * each 64 KiB cluster that is not all zero, in order. Zeroes at the end of the disk are ignored because formats round its size up.
 */
final class ContentDigest {

    private static final byte[] ZEROES = new byte[Cluster.SIZE];

    private final MessageDigest sha256 = Digest.Algorithm.SHA256.newDigest();
    private final ByteBuffer number = ByteBuffer.allocate(Long.BYTES);

    /** Reads a whole disk; lower-case hexadecimal. */
    static String of(DiskReader disk) {
        var content = new ContentDigest();
        var sha256 = Digest.Algorithm.SHA256.newDigest();
        var cluster = ByteBuffer.allocate(Cluster.SIZE);
        for (var offset = 0L; offset < disk.size(); offset += Cluster.SIZE) {
            var zeroes = disk.zeroes(offset);
            if (zeroes >= Cluster.SIZE) {
                offset += zeroes / Cluster.SIZE * Cluster.SIZE - Cluster.SIZE;
                continue;
            }
            var length = (int) Math.min(Cluster.SIZE, disk.size() - offset);
            cluster.clear().put(ZEROES).clear().limit(length);
            disk.read(offset, cluster);
            if (!cluster.clear().equals(ByteBuffer.wrap(ZEROES))) {
                sha256.update(cluster);
                content.add(offset / Cluster.SIZE, sha256.digest());
            }
        }
        return content.hex();
    }

    void add(long index, byte[] clusterDigest) {
        sha256.update(number.clear().putLong(index).flip());
        sha256.update(clusterDigest);
    }

    /** Completes the digest; lower-case hexadecimal. */
    String hex() {
        return Digest.hex(sha256);
    }
}
