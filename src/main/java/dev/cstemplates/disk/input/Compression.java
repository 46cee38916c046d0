/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.disk.input;

import dev.cstemplates.core.Failure;
import dev.cstemplates.disk.codec.ZstdInputStream;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import java.util.zip.ZipInputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.tukaani.xz.XZInputStream;

/** How a whole file is compressed. */
public enum Compression {
    GZIP("gz", "\u001f\u008b"),
    BZIP2("bz2", "BZh"),
    XZ("xz", "\u00fd7zXZ\0"),
    ZSTD("zst", "(\u00b5/\u00fd"),
    ZIP("zip", "PK\u0003\u0004");

    /** Enough for every preset of xz; a crafted file can ask for 4 GiB. */
    private static final int XZ_MEMORY_KIB = 128 << 10;

    private static final int BUFFER = 1 << 16;

    private final String extension;
    private final String magic;

    /** @param magic one character a byte */
    Compression(String extension, String magic) {
        this.extension = extension;
        this.magic = magic;
    }

    /** The compression of a file that begins with these bytes, one character each; empty if there is none. */
    public static Optional<Compression> of(String start) {
        return Arrays.stream(values())
                .filter(each -> start.startsWith(each.magic))
                .findFirst();
    }

    /** File extension without the dot. */
    public String extension() {
        return extension;
    }

    /** The content of {@code file}, read from {@code raw}; closing it closes {@code raw}. */
    InputStream open(InputStream raw, Path file) throws IOException {
        var in = new BufferedInputStream(raw, BUFFER);
        return switch (this) {
            case GZIP -> new GZIPInputStream(in, BUFFER);
            case BZIP2 -> new BZip2CompressorInputStream(in, true);
            case XZ -> new XZInputStream(in, XZ_MEMORY_KIB);
            case ZSTD -> new ZstdInputStream(in);
            case ZIP -> new OnlyEntry(in, file);
        };
    }

    /** The one file in a ZIP archive. Folders, and what macOS adds, do not count. */
    private static final class OnlyEntry extends FilterInputStream {

        private final ZipInputStream zip;
        private final Path file;
        private final String name;

        OnlyEntry(InputStream in, Path file) throws IOException {
            this(new ZipInputStream(in), file);
        }

        private OnlyEntry(ZipInputStream zip, Path file) throws IOException {
            super(zip);
            this.zip = zip;
            this.file = file;
            this.name = next();
            if (name.isEmpty()) {
                throw new EOFException("the archive has no file");
            }
        }

        private String next() throws IOException {
            try {
                for (var entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                    if (!entry.isDirectory() && !entry.getName().startsWith("__MACOSX/")) {
                        return entry.getName();
                    }
                }
                return "";
            } catch (IllegalArgumentException e) {
                throw new ZipException("a name is not valid: " + e.getMessage());
            }
        }

        @Override
        public int read(byte[] bytes, int from, int length) throws IOException {
            var got = zip.read(bytes, from, length);
            if (got < 0) {
                var second = next();
                if (!second.isEmpty()) {
                    throw Failure.usage(
                            "%s has several files: %s, %s".formatted(file, printable(name), printable(second)),
                            "Unpack it, then name the disk.");
                }
            }
            return got;
        }

        private static String printable(String name) {
            return name.replaceAll("\\p{Cntrl}", "?");
        }
    }
}
