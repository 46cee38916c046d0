/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.disk.codec;

import dev.cstemplates.core.Failure;
import dev.cstemplates.host.NativeLibrary;

/** Compression formats for clusters. */
public enum Codec {
    /** Raw deflate with a window of 4 KiB, the largest that QEMU accepts in QCOW2. */
    DEFLATE_4K,
    /** A zlib stream with a window of 32 KiB, for VMDK: about 5 % smaller than with 4 KiB. */
    ZLIB_32K,
    /** One zstd frame, for QCOW2; requires QEMU 5.1. */
    ZSTD;

    public Compressor open() {
        return switch (this) {
            case DEFLATE_4K -> new Deflate();
            case ZLIB_32K -> zlib();
            case ZSTD -> new Zstd();
        };
    }

    /** libdeflate takes a third of zlib's time; the JDK's own zlib is the fallback. */
    private static Compressor zlib() {
        return Libdeflate.open().orElseGet(JdkZlib::new);
    }

    static NativeLibrary require(String library, String debianPackage) {
        return NativeLibrary.find(library)
                .orElseThrow(() -> Failure.host(
                        "The library " + library + " is missing; it is required to compress disks",
                        "Install it: apt-get install " + debianPackage + " (or run 'cst doctor --fix')."));
    }
}
