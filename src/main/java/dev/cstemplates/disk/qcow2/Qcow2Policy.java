package dev.cstemplates.disk.qcow2;

import dev.cstemplates.core.CheckResult;
import java.util.List;

/** The rules for a QCOW2 header: CloudStack's own, then those that keep the file readable by every QEMU and tool. */
public final class Qcow2Policy {

    /** What {@code qemu-img -o} needs to write such a file. */
    public static final List<String> OPTIONS = List.of("compat=1.1", "cluster_size=65536", "lazy_refcounts=off");

    private static final int CLUSTER_BITS = 16;
    /** CloudStack takes the dirty, corrupt and compression bits, and refuses bit 2 and everything from bit 4 on. */
    private static final long CLOUDSTACK_REFUSES = ~0b1011L;

    private Qcow2Policy() {}

    public static List<CheckResult> check(Qcow2Header header) {
        return List.of(
                rule(
                        "backing-file",
                        "There is no backing file",
                        !header.hasBackingFile(),
                        "a name is at byte " + header.backingFileOffset() + ": CloudStack refuses the template"),
                rule(
                        "external-data",
                        "There is no external data file",
                        !header.hasExternalDataFile(),
                        "the data lies in another file: CloudStack refuses the template"),
                rule(
                        "cloudstack-features",
                        "CloudStack takes the incompatible features",
                        (header.wordAt72() & CLOUDSTACK_REFUSES) == 0,
                        "the word at byte 72 is %016x; CloudStack takes bits 0, 1 and 3 only"
                                .formatted(header.wordAt72())),
                rule(
                        "extended-l2",
                        "There are no extended L2 entries",
                        !header.hasExtendedL2(),
                        "the file has subclusters: CloudStack refuses the template"),
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
                                + ": not every QEMU reads it"),
                rule(
                        "encryption",
                        "The disk is not encrypted",
                        header.encryption() == 0,
                        "crypt_method " + header.encryption()),
                rule("dirty", "The file was closed in order", !header.isDirty(), "the dirty bit is set"),
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
