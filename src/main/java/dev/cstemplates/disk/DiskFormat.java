/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.disk;

import dev.cstemplates.core.Failure;
import dev.cstemplates.disk.codec.Codec;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Output formats. */
public enum DiskFormat {
    /** For KVM: compressed by zlib, supported by every QEMU. */
    QCOW2("qcow2", "qcow2", Codec.DEFLATE_4K),
    /** For KVM with QEMU 5.1 or later on every host: smaller, but older versions and many tools cannot read it. */
    QCOW2_ZSTD("zstd.qcow2", "qcow2", Codec.ZSTD),
    /** For XenServer and XCP-ng; Hyper-V also reads it. */
    VHD("vhd", "vpc", null),
    /** For VMware vSphere: a virtual machine's description and its disk. */
    OVA("ova", "vmdk", Codec.ZLIB_32K),
    /** The disk of an OVA alone. */
    VMDK("vmdk", "vmdk", Codec.ZLIB_32K),
    /** For Hyper-V. */
    VHDX("vhdx", "vhdx", null),
    /** An uncompressed disk in a sparse file. */
    RAW("raw", "raw", null);

    private final String extension;
    private final String qemuName;
    private final @Nullable Codec codec;

    DiskFormat(String extension, String qemuName, @Nullable Codec codec) {
        this.extension = extension;
        this.qemuName = qemuName;
        this.codec = codec;
    }

    /**
     * The format with this {@link #id()}.
     *
     * @throws Failure of kind usage for any other text
     */
    public static DiskFormat parse(String id) {
        return Arrays.stream(values())
                .filter(format -> format.id().equals(id))
                .findFirst()
                .orElseThrow(() -> Failure.usage("Unknown format '" + id + "'", "Supported formats: " + ids() + "."));
    }

    /** The ids of all formats, separated by commas. */
    public static String ids() {
        return Arrays.stream(values()).map(DiskFormat::id).collect(Collectors.joining(", "));
    }

    /** Name on the command line, for example {@code qcow2-zstd}. */
    public String id() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** File extension without the dot. */
    public String extension() {
        return extension;
    }

    /** Name for {@code -f} and {@code -O} of QEMU's tools, of the disk inside where it is an archive. */
    public String qemuName() {
        return qemuName;
    }

    /** Empty for uncompressed formats. */
    public Optional<Codec> codec() {
        return Optional.ofNullable(codec);
    }
}
