/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.cloudstack.fake;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;

/** The type that {@code file(1)} prints, as far as the secondary storage VM checks it. */
final class FileType {

    private FileType() {}

    static String of(Path file) throws IOException {
        var head = head(file);
        if (begins(head, "QFI\u00fb")) {
            return "QEMU QCOW Image (v%d), %d bytes".formatted(head[7], number(head, 24));
        }
        if (begins(head, "conectix")) {
            return "Microsoft Disk Image, Virtual Server or Virtual PC";
        }
        if (begins(head, "vhdxfile")) {
            return "Microsoft Disk Image eXtended";
        }
        if (begins(head, "\u001f\u008b")) {
            return "gzip compressed data";
        }
        if (begins(head, "BZh")) {
            return "bzip2 compressed data, block size = 900k";
        }
        if (begins(head, "\u00fd7zXZ")) {
            return "XZ compressed data";
        }
        if (begins(head, "KDMV")) {
            return "VMware4 disk image";
        }
        if (head.length > 262 && begins(Arrays.copyOfRange(head, 257, 262), "ustar")) {
            return "POSIX tar archive";
        }
        if (head.length > 511 && head[510] == 0x55 && head[511] == (byte) 0xaa) {
            return "DOS/MBR boot sector";
        }
        return isText(head) ? "ASCII text" : "data";
    }

    /** Whether the VM accepts content of this type for this extension or format. */
    static boolean fits(String type, String format) {
        return switch (format.toLowerCase(Locale.ROOT)) {
            case "qcow2" -> type.startsWith("QEMU QCOW");
            case "vhd" -> type.startsWith("Microsoft Disk Image,");
            case "vhdx" -> type.startsWith("Microsoft Disk Image eXtended");
            case "ova" -> type.startsWith("POSIX tar");
            case "vmdk" -> type.startsWith("VMware4");
            case "img" -> type.startsWith("QEMU QCOW") || isRaw(type);
            case "raw" -> isRaw(type);
            default -> false;
        };
    }

    /**
     * The VM looks for "x86 boot" or "data" ({@code ImageStoreUtil.checkTemplateFormat}); {@code file} 5.44 calls every disk with a partition
     * table "DOS/MBR boot sector; partition 1 …", which has neither.
     */
    private static boolean isRaw(String type) {
        return type.contains("x86 boot") || type.contains("data");
    }

    private static byte[] head(Path file) throws IOException {
        try (var reader = new RandomAccessFile(file.toFile(), "r")) {
            var head = new byte[(int) Math.min(512, reader.length())];
            reader.readFully(head);
            return head;
        }
    }

    private static long number(byte[] head, int offset) {
        return ByteBuffer.wrap(head).getLong(offset);
    }

    private static boolean begins(byte[] head, String magic) {
        var bytes = magic.getBytes(StandardCharsets.ISO_8859_1);
        return head.length >= bytes.length && Arrays.equals(head, 0, bytes.length, bytes, 0, bytes.length);
    }

    private static boolean isText(byte[] head) {
        for (var octet : head) {
            if (octet < 9 || octet > 126) {
                return false;
            }
        }
        return true;
    }
}
