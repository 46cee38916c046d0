/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.disk.qcow2;

import dev.cstemplates.disk.Sample;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.zip.Deflater;

/** A QCOW2 file made by hand, cluster for cluster. Its refcounts are all zero: readers have no use for them. */
public final class Qcow2Image {

    private final int clusterBits;
    private final int cluster;
    private final int l1;
    private final int l1Entries;
    private final byte[] content;
    private ByteBuffer file;
    private int end;

    public Qcow2Image(int version, int clusterBits, int size) {
        this.clusterBits = clusterBits;
        this.cluster = 1 << clusterBits;
        this.content = new byte[size];
        this.l1 = 2 * cluster;
        this.l1Entries = (size + cluster * (cluster / 8) - 1) / (cluster * (cluster / 8));
        this.end = l1 + (l1Entries * 8 + cluster - 1) / cluster * cluster;
        this.file = ByteBuffer.allocate(end + cluster * 8);
        file.putInt(0, 0x514649fb).putInt(4, version).putInt(20, clusterBits).putLong(24, size);
        file.putInt(36, l1Entries).putLong(40, l1).putLong(48, cluster).putInt(56, 1);
        if (version == 3) {
            file.putInt(96, 4).putInt(100, 104);
        }
    }

    /** A disk with every kind of cluster: two plain ones after each other, two apart, compressed ones, zero ones. */
    public static Qcow2Image mixed(int version, int clusterBits) {
        var cluster = 1 << clusterBits;
        // The last cluster is half a cluster.
        var image = new Qcow2Image(version, clusterBits, 20 * cluster + cluster / 2);
        image.plain(0, Sample.noise(cluster, 1)).plain(1, Sample.noise(cluster, 2));
        image.compressed(3, Sample.text(cluster)).compressed(4, Sample.text(cluster));
        image.plain(5, Sample.noise(cluster, 3)).compressed(6, Sample.text(cluster));
        image.plain(20, Sample.noise(cluster, 4));
        return version == 3 ? image.zero(8).zero(9) : image;
    }

    public Qcow2Image backed() {
        file.putLong(8, 200).putInt(16, 4);
        return this;
    }

    public Qcow2Image plain(int number, byte[] bytes) {
        var at = allocate(cluster);
        file.put(at, bytes);
        return entry(number, at | 1L << 63, bytes);
    }

    public Qcow2Image zero(int number) {
        return entry(number, 1, new byte[cluster]);
    }

    /** Streams are contiguous across sectors, as QEMU packs them. */
    public Qcow2Image compressed(int number, byte[] bytes) {
        var deflated = new byte[2 * cluster];
        var deflater = new Deflater(9, true);
        deflater.setInput(bytes);
        deflater.finish();
        var length = deflater.deflate(deflated);
        deflater.end();
        // The table comes first because it must be aligned to a cluster.
        entry(number, 0, bytes);
        var at = end;
        grow(length);
        file.put(at, deflated, 0, length);
        var sectors = (at + length - 1) / 512 - at / 512;
        return entry(number, 1L << 62 | (long) sectors << (62 - (clusterBits - 8)) | at, bytes);
    }

    private Qcow2Image entry(int number, long entry, byte[] bytes) {
        var perTable = cluster / 8;
        var l1Entry = l1 + number / perTable * 8;
        if (file.getLong(l1Entry) == 0) {
            file.putLong(l1Entry, allocate(cluster) | 1L << 63);
        }
        var table = (int) file.getLong(l1Entry) & ~511;
        file.putLong(table + number % perTable * 8, entry);
        var from = number * cluster;
        System.arraycopy(bytes, 0, content, from, Math.min(cluster, content.length - from));
        return this;
    }

    private int allocate(int length) {
        grow((cluster - end % cluster) % cluster);
        var at = end;
        grow(length);
        return at;
    }

    private void grow(int length) {
        end += length;
        if (end + 2 * cluster > file.capacity()) {
            file = ByteBuffer.wrap(Arrays.copyOf(file.array(), 2 * end + 2 * cluster));
        }
    }

    public Sample sample() {
        var tables = IntStream.builder();
        IntStream.range(0, 112).forEach(tables::add);
        for (var index = 0; index < l1Entries; index++) {
            IntStream.range(l1 + index * 8, l1 + index * 8 + 8).forEach(tables::add);
            var table = (int) file.getLong(l1 + index * 8) & ~511;
            if (table != 0) {
                IntStream.range(table, table + Math.min(cluster, 22 * 8)).forEach(tables::add);
            }
        }
        return new Sample(
                Arrays.copyOf(file.array(), end), content, tables.build().toArray(), UnaryOperator.identity());
    }
}
