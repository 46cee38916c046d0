/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.disk.input;

import dev.cstemplates.core.Failure;
import dev.cstemplates.disk.io.BoundedFile;
import dev.cstemplates.disk.io.Bytes;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Recognises files that are not disks, although every file can be read as a raw disk. */
public final class NoDisk {

    private static final int START = 1024;

    /** ISO 9660: the identifier of the first volume descriptor, in sector 16 of 2048 bytes. */
    private static final int ISO_MAGIC = 16 * 2048 + 1;

    private static final Map<String, String> MAGICS = Map.ofEntries(
            Map.entry("7z\u00bc\u00af'\u001c", "a 7z archive"),
            Map.entry("Rar!\u001a\u0007", "a RAR archive"),
            Map.entry("\u0004\"M\u0018", "an LZ4 file"),
            Map.entry("\u0089LZO", "an lzop file"),
            Map.entry("LZIP", "an lzip file"),
            Map.entry("PK\u0005\u0006", "an empty ZIP archive"),
            Map.entry("%PDF-", "a PDF file"),
            Map.entry("\u007fELF", "a program"),
            Map.entry("\u00ed\u00ab\u00ee\u00db", "an RPM package"),
            Map.entry("!<arch>", "a Debian package or archive of objects"),
            Map.entry("hsqs", "a SquashFS image"),
            Map.entry("MSWIM", "a Windows image (WIM)"),
            Map.entry("070701", "a cpio archive"));

    private static final String UNPACK = "Name the disk's file; unpack archives first.";

    /** What a file is, and what the user can do. */
    private record Kind(String name, String remedy) {}

    private NoDisk() {}

    /**
     * Accepts what may be a disk.
     *
     * @param file named in the message
     * @throws Failure of kind usage that says what {@code content} is, if it is certainly not a disk
     */
    public static void refuse(Path content, Path file) {
        kind(content).ifPresent(kind -> {
            throw Failure.usage(file + " is not a disk: it is " + kind.name(), kind.remedy());
        });
    }

    private static Optional<Kind> kind(Path file) {
        try (var content = BoundedFile.open(file, "disk")) {
            var length = (int) Math.min(START, content.length());
            var bytes = content.read(0, length);
            var start = Bytes.text(bytes, 0, length);
            if (content.length() >= ISO_MAGIC + 5
                    && Bytes.text(content.read(ISO_MAGIC, 5), 0, 5).equals("CD001")) {
                return Optional.of(
                        new Kind("an ISO 9660 image", "An ISO is a medium to install from: 'cst build' does that."));
            }
            for (var magic : MAGICS.entrySet()) {
                if (start.startsWith(magic.getKey())) {
                    return Optional.of(new Kind(magic.getValue(), UNPACK));
                }
            }
            if (Compression.of(start).isPresent()) {
                return Optional.of(new Kind("compressed twice", UNPACK));
            }
            return isText(start) ? Optional.of(kindOfText(start)) : Optional.empty();
        }
    }

    private static Kind kindOfText(String start) {
        var lower = start.toLowerCase(Locale.ROOT);
        if (lower.contains("<!doctype html") || lower.contains("<html")) {
            return new Kind("an HTML page", "The download may have been answered by an error page: download it again.");
        }
        if (start.contains("Envelope")) {
            return new Kind(
                    "an OVF descriptor without its disks",
                    "Name the .ova, or the disk that the descriptor belongs to.");
        }
        if (start.contains("# Disk DescriptorFile")) {
            return new Kind("a VMDK descriptor, which refers to other files", UNPACK);
        }
        return new Kind(lower.stripLeading().startsWith("<?xml") ? "an XML file" : "a text file", UNPACK);
    }

    /** Whether all bytes can be text; in UTF-8 or a code page. */
    private static boolean isText(String start) {
        return !start.isEmpty() && start.chars().allMatch(c -> (c >= ' ' && c != 0x7f) || (c >= '\t' && c <= '\r'));
    }
}
