/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.disk.io;

import java.nio.ByteBuffer;
import java.util.NavigableMap;
import java.util.TreeMap;

/** A disk with some bytes replaced, and with zeroes appended where it is to be larger. Does not close the underlying disk. */
public final class PatchedReader implements DiskReader {

    private final DiskReader base;
    private final long size;
    private final NavigableMap<Long, byte[]> patches;

    /** @param patches new bytes by offset; must not overlap */
    public PatchedReader(DiskReader base, long size, NavigableMap<Long, byte[]> patches) {
        this.base = base;
        this.size = size;
        this.patches = new TreeMap<>(patches);
    }

    @Override
    public long size() {
        return size;
    }

    /** Whether a patch overlaps these bytes. */
    public boolean isPatched(long offset, long length) {
        var last = patches.lowerEntry(offset + length);
        return last != null && last.getKey() + last.getValue().length > offset;
    }

    @Override
    public void read(long offset, ByteBuffer target) {
        var whole = target.slice();
        var length = target.remaining();
        var there = Math.clamp(base.size() - offset, 0, length);
        if (there > 0) {
            base.read(offset, whole.slice(0, there));
        }
        whole.position(there);
        whole.put(new byte[length - there]);
        var from = patches.floorKey(offset);
        for (var patch : patches.tailMap(from == null ? offset : from, true).entrySet()) {
            if (patch.getKey() >= offset + length) {
                break;
            }
            apply(patch.getKey(), patch.getValue(), offset, whole.clear());
        }
        target.position(target.position() + length);
    }

    private static void apply(long at, byte[] patch, long offset, ByteBuffer target) {
        var begin = Math.max(at, offset);
        var end = Math.min(at + patch.length, offset + target.capacity());
        if (begin < end) {
            target.put((int) (begin - offset), patch, (int) (begin - at), (int) (end - begin));
        }
    }

    @Override
    public long zeroes(long offset) {
        var below = offset >= base.size() ? size - offset : base.zeroes(offset);
        if (below > 0 && offset + below >= base.size()) {
            below = size - offset;
        }
        if (isPatched(offset, 1)) {
            return 0;
        }
        var next = patches.ceilingKey(offset);
        return next == null ? below : Math.min(below, next - offset);
    }

    @Override
    public void close() {
        // The caller owns the underlying disk.
    }
}
