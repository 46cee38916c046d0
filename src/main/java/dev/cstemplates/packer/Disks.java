package dev.cstemplates.packer;

import dev.cstemplates.core.ByteSize;
import dev.cstemplates.core.Failure;

/** Sizes as Packer takes them. */
final class Disks {

    private Disks() {}

    /** {@code size} if Packer can be told it exactly. */
    static ByteSize wholeMebibytes(ByteSize size) {
        if (size.bytes() == 0 || !size.equals(ByteSize.ofMiB(size.toMiB()))) {
            throw Failure.usage(
                    "A disk of " + size.bytes() + " bytes is no whole number of MiB",
                    "Give the disk's size in MiB or GiB.");
        }
        return size;
    }
}
