package dev.cstemplates.disk.codec;

import dev.cstemplates.core.Failure;
import dev.cstemplates.host.NativeLibrary;

/** How clusters are compressed. */
public enum Codec {
    /** Raw deflate with a window of 4 KiB, the largest that QCOW2's readers accept. */
    DEFLATE_4K,
    /** A zlib stream with a window of 32 KiB, for VMDK: about 5 % smaller than one with 4 KiB. */
    ZLIB_32K,
    /** One zstd frame, for QCOW2 that only newer QEMUs read. */
    ZSTD;

    public Compressor open() {
        return switch (this) {
            case DEFLATE_4K -> new Deflate();
            case ZLIB_32K -> zlib();
            case ZSTD -> new Zstd();
        };
    }

    /** libdeflate takes a third of zlib's time; what every JDK brings does where it is missing. */
    private static Compressor zlib() {
        return Libdeflate.open().orElseGet(JdkZlib::new);
    }

    static NativeLibrary require(String library, String debianPackage) {
        return NativeLibrary.find(library)
                .orElseThrow(() -> Failure.host(
                        "This host has no " + library + ", which disks are compressed with",
                        "Install it: apt-get install " + debianPackage + " (or run 'cst doctor --fix')."));
    }
}
