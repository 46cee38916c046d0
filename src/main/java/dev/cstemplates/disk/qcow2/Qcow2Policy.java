/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.disk.qcow2;

import dev.cstemplates.core.CheckResult;
import java.util.List;

/** Rules for a QCOW2 header: CloudStack's own, and those that keep the file readable by every QEMU version and tool. */
public final class Qcow2Policy {

    /** Options for {@code qemu-img -o} that write such a file. */
    public static final List<String> OPTIONS = List.of("compat=1.1", "cluster_size=65536", "lazy_refcounts=off");

    private static final int CLUSTER_BITS = 16;
    /** CloudStack accepts the dirty, corrupt and compression bits; it rejects bit 2 and bits 4 and above. */
    private static final long CLOUDSTACK_REJECTS = ~0b1011L;

    private Qcow2Policy() {}

    public static List<CheckResult> check(Qcow2Header header) {
        return List.of(
                rule(
                        "backing-file",
                        "There is no backing file",
                        !header.hasBackingFile(),
                        "a name is at byte " + header.backingFileOffset() + ": CloudStack rejects the template"),
                rule(
                        "external-data",
                        "There is no external data file",
                        !header.hasExternalDataFile(),
                        "the data is in an external file: CloudStack rejects the template"),
                rule(
                        "cloudstack-features",
                        "CloudStack accepts the incompatible features",
                        (header.wordAt72() & CLOUDSTACK_REJECTS) == 0,
                        "the word at byte 72 is %016x; CloudStack accepts bits 0, 1 and 3 only"
                                .formatted(header.wordAt72())),
                rule(
                        "extended-l2",
                        "There are no extended L2 entries",
                        !header.hasExtendedL2(),
                        "the file has subclusters: CloudStack rejects the template"),
                rule("version", "The version is 3 (compat 1.1)", header.version() == 3, "version " + header.version()),
                rule(
                        "clusters",
                        "Clusters are 64 KiB",
                        header.clusterBits() == CLUSTER_BITS,
                        header.clusterSize() + " bytes"),
                rule(
                        "compression",
                        "Compression is zlib",
                        header.compression() == 0,
                        "compression type " + header.compression() + (header.compression() == 1 ? " (zstd)" : "")
                                + ": not supported by every QEMU version"),
                rule(
                        "encryption",
                        "The disk is not encrypted",
                        header.encryption() == 0,
                        "crypt_method " + header.encryption()),
                rule("dirty", "The file was closed properly", !header.isDirty(), "the dirty bit is set"),
                rule("corrupt", "The file is not marked as corrupt", !header.isCorrupt(), "the corrupt bit is set"),
                rule(
                        "snapshots",
                        "There are no internal snapshots",
                        header.snapshots() == 0,
                        header.snapshots() + " snapshots"),
                rule(
                        "bitmaps",
                        "There are no persistent bitmaps",
                        !header.extensions().contains(Qcow2Header.BITMAPS_EXTENSION),
                        "the header has a bitmaps extension"));
    }

    private static CheckResult rule(String id, String title, boolean passed, String otherwise) {
        return CheckResult.of("format." + id, title, passed, passed ? "" : otherwise);
    }
}
