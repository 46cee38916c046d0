/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.disk;

import dev.cstemplates.core.Failure;
import dev.cstemplates.disk.io.BoundedFile;
import dev.cstemplates.disk.io.Bytes;
import dev.cstemplates.disk.io.DiskReader;
import dev.cstemplates.disk.ova.OvaReader;
import dev.cstemplates.disk.ova.VmdkReader;
import dev.cstemplates.disk.qcow2.Qcow2Reader;
import dev.cstemplates.disk.raw.RawReader;
import dev.cstemplates.disk.vhd.VhdReader;
import java.nio.file.Path;

/** Opens disks by format. Formats have QEMU's names: qcow2, vpc (VHD), vmdk, raw; and ova. */
public final class DiskReaders {

    private static final int MAGIC_BYTES = 512;

    private DiskReaders() {}

    /** Opens {@code file} in the given format. */
    public static DiskReader open(Path file, String format) {
        return switch (format) {
            case "qcow2" -> Qcow2Reader.open(file);
            case "vpc" -> VhdReader.open(file);
            case "vmdk" -> VmdkReader.open(file);
            case "ova" -> OvaReader.open(file);
            case "raw" -> RawReader.open(file);
            default ->
                throw Failure.build(
                        "Cannot read " + file + ": unsupported format '" + format + "'",
                        "Convert it with 'qemu-img convert' first.");
        };
    }

    /**
     * The format according to the file's magic, {@code vhdx} included; {@code raw} if there is none. Do not trust {@code raw} for a file
     * of unknown origin: it may have another format that only QEMU recognises.
     */
    public static String detect(Path file) {
        try (var slice = BoundedFile.open(file, "disk")) {
            var length = (int) Math.min(MAGIC_BYTES, slice.length());
            var start = Bytes.text(slice.read(0, length), 0, length);
            if (start.startsWith("QFI\u00fb")) {
                return "qcow2";
            }
            if (start.startsWith("KDMV")) {
                return "vmdk";
            }
            if (start.startsWith("vhdxfile")) {
                return "vhdx";
            }
            if (start.startsWith("ustar", 257)) {
                return "ova";
            }
            return VhdReader.isVhd(slice) ? "vpc" : "raw";
        }
    }
}
