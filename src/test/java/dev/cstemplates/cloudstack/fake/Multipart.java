/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.cloudstack.fake;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The file part of a multipart body.
 *
 * @param from offset of the file in the body
 * @param to offset of its end
 */
record Multipart(String fileName, long from, long to) {

    private static final Pattern BOUNDARY = Pattern.compile("multipart/form-data;.*boundary=\"?([^\";]+)\"?");
    private static final Pattern FILE = Pattern.compile("filename=\"([^\"]*)\"", Pattern.CASE_INSENSITIVE);
    private static final int HEAD = 1 << 14;
    private static final int TAIL = 1 << 10;

    /** Finds the part that has a file name; others may precede it. */
    static Optional<Multipart> file(Path body, String contentType) throws IOException {
        var boundary = BOUNDARY.matcher(contentType);
        if (!boundary.find()) {
            return Optional.empty();
        }
        try (var reader = new RandomAccessFile(body.toFile(), "r")) {
            var head = text(reader, 0, HEAD);
            var name = FILE.matcher(head);
            if (!name.find()) {
                return Optional.empty();
            }
            var from = head.indexOf("\r\n\r\n", name.end());
            var tailFrom = Math.max(0, reader.length() - TAIL);
            var end = text(reader, tailFrom, TAIL).lastIndexOf("\r\n--" + boundary.group(1) + "--");
            return from < 0 || end < 0
                    ? Optional.empty()
                    : Optional.of(new Multipart(name.group(1), from + 4L, tailFrom + end));
        }
    }

    private static String text(RandomAccessFile reader, long from, int most) throws IOException {
        var bytes = new byte[(int) Math.min(most, reader.length() - from)];
        reader.seek(from);
        reader.readFully(bytes);
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    Path extract(Path body, Path target) throws IOException {
        try (var reader = new RandomAccessFile(body.toFile(), "r");
                var writer = Channels.newChannel(Files.newOutputStream(target))) {
            for (var at = from; at < to; ) {
                at += reader.getChannel().transferTo(at, to - at, writer);
            }
        }
        return target;
    }

    String extension() {
        return fileName.substring(fileName.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    }
}
