package dev.cstemplates.disk;

import dev.cstemplates.core.Failure;
import dev.cstemplates.disk.codec.Codec;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A format that a finished disk is written in. */
public enum DiskFormat {
    /** For KVM: compressed by zlib, readable by every QEMU. */
    QCOW2("qcow2", "qcow2", Codec.DEFLATE_4K),
    /** For KVM where every host's QEMU is 5.1 or newer: smaller, but older ones and many tools can't read it. */
    QCOW2_ZSTD("zstd.qcow2", "qcow2", Codec.ZSTD),
    /** For XenServer and XCP-ng; Hyper-V reads it, too. */
    VHD("vhd", "vpc", null),
    /** For VMware vSphere: a machine's description and its disk. */
    OVA("ova", "vmdk", Codec.ZLIB_32K),
    /** The disk of an OVA alone. */
    VMDK("vmdk", "vmdk", Codec.ZLIB_32K),
    /** For Hyper-V. */
    VHDX("vhdx", "vhdx", null),
    /** The plain disk, as a sparse file. */
    RAW("raw", "raw", null);

    private final String extension;
    private final String qemuName;
    private final @Nullable Codec codec;

    DiskFormat(String extension, String qemuName, @Nullable Codec codec) {
        this.extension = extension;
        this.qemuName = qemuName;
        this.codec = codec;
    }

    /** The format of this {@link #id()}; a {@link Failure} of kind usage for any other text. */
    public static DiskFormat parse(String id) {
        return Arrays.stream(values())
                .filter(format -> format.id().equals(id))
                .findFirst()
                .orElseThrow(
                        () -> Failure.usage("There is no disk format '" + id + "'", "The formats are: " + ids() + "."));
    }

    /** All formats' ids, for people. */
    public static String ids() {
        return Arrays.stream(values()).map(DiskFormat::id).collect(Collectors.joining(", "));
    }

    /** What people call it, for example {@code qcow2-zstd}. */
    public String id() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** End of a file's name, without the dot. */
    public String extension() {
        return extension;
    }

    /** What QEMU's tools call it, or the disk in it, after {@code -f} and {@code -O}. */
    public String qemuName() {
        return qemuName;
    }

    /** How its clusters are compressed; empty where they are not. */
    public Optional<Codec> codec() {
        return Optional.ofNullable(codec);
    }
}
