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

/** The readers by the names of their formats, which are QEMU's: qcow2, vpc (VHD), vmdk, raw; and ova. */
public final class DiskReaders {

    private static final int MAGIC_BYTES = 512;

    private DiskReaders() {}

    /** Opens {@code file} as what the caller says it is. */
    public static DiskReader open(Path file, String format) {
        return switch (format) {
            case "qcow2" -> Qcow2Reader.open(file);
            case "vpc" -> VhdReader.open(file);
            case "vmdk" -> VmdkReader.open(file);
            case "ova" -> OvaReader.open(file);
            case "raw" -> RawReader.open(file);
            default ->
                throw Failure.build(
                        file + " is of format '" + format + "', which has no reader here",
                        "Convert it first: 'qemu-img convert'.");
        };
    }

    /**
     * The format that the file's magic names, {@code vhdx} too; {@code raw} where there is none. Never believe {@code raw} of a file of
     * unknown origin without being told.
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
