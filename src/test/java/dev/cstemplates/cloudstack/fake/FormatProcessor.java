/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.cloudstack.fake;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** The secondary storage VM's checks of each format. */
final class FormatProcessor {

    /** An invalid file; the message follows "The downloaded file" or becomes the status. */
    static final class BadFile extends Exception {
        private static final long serialVersionUID = 1L;

        BadFile(String message) {
            super(message);
        }

        String text() {
            return String.valueOf(getMessage());
        }
    }

    private static final int EXTERNAL_DATA = 2;
    private static final int LAST_KNOWN = 3;

    private FormatProcessor() {}

    /** The virtual size of the file's disk in bytes. */
    static long virtualSize(Path file, String format) throws IOException, BadFile {
        return switch (format) {
            case "QCOW2" -> qcow2(file);
            case "VHD" -> vhd(file);
            case "OVA" -> OvfProcessor.capacity(file);
            // There is no processor for it: recording 423-listTemplates-vhdx-after-template-sync.
            case "VHDX" -> 0;
            default -> Files.size(file);
        };
    }

    private static long qcow2(Path file) throws IOException, BadFile {
        try (var image = new RandomAccessFile(file.toFile(), "r")) {
            var isQcow2 = image.length() >= 104 && image.readInt() == 0x514649fb;
            if (!isQcow2) {
                throw notQcow2();
            }
            image.seek(8);
            var backingFile = image.readLong();
            image.seek(72);
            var incompatible = image.readLong();
            var hasDataFile = (incompatible >> EXTERNAL_DATA & 1) == 1;
            if (backingFile != 0 || hasDataFile || incompatible >>> (LAST_KNOWN + 1) != 0) {
                throw notQcow2();
            }
            image.seek(24);
            return image.readLong();
        }
    }

    private static BadFile notQcow2() {
        return new BadFile("file is not a valid QCOW2. Ask the administrator to check the logs for more details.");
    }

    private static long vhd(Path file) throws IOException, BadFile {
        try (var image = new RandomAccessFile(file.toFile(), "r")) {
            var cookie = new byte[8];
            image.readFully(cookie);
            if (!new String(cookie, StandardCharsets.US_ASCII).equals("conectix")) {
                return image.length();
            }
            image.seek(48);
            return image.readLong();
        }
    }
}
