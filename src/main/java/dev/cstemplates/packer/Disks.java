/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.packer;

import dev.cstemplates.core.ByteSize;
import dev.cstemplates.core.Failure;

/** Disk sizes for Packer. */
final class Disks {

    private Disks() {}

    /** Returns {@code size} if it is a multiple of 1 MiB, Packer's unit. */
    static ByteSize wholeMebibytes(ByteSize size) {
        if (size.bytes() == 0 || !size.equals(ByteSize.ofMiB(size.toMiB()))) {
            throw Failure.usage(
                    "Invalid disk size: " + size.bytes() + " bytes is not a multiple of 1 MiB",
                    "Specify the disk size in MiB or GiB.");
        }
        return size;
    }
}
