/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.media;

import dev.cstemplates.core.ByteSize;

/** Allowed size of a medium, both bounds inclusive: limits what a mirror can make this host store. */
public record SizeBounds(ByteSize min, ByteSize max) {

    /** Any installer or cloud image: 1 MiB to 20 GiB. */
    public static final SizeBounds USUAL = new SizeBounds(ByteSize.ofMiB(1), ByteSize.ofGiB(20));

    public SizeBounds {
        if (min.compareTo(max) > 0) {
            throw new IllegalArgumentException("The minimum size exceeds the maximum: " + min + ", " + max);
        }
    }

    boolean allow(long bytes) {
        return bytes >= min.bytes() && bytes <= max.bytes();
    }

    @Override
    public String toString() {
        return min + " to " + max;
    }
}
