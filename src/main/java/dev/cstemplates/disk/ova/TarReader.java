/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.disk.ova;

import dev.cstemplates.disk.io.BoundedFile;
import dev.cstemplates.disk.io.Bytes;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Lists the files of a tar archive: POSIX ustar and pax, GNU tar, sizes in base 256. Folders are skipped; links, devices and sparse files
 * are refused.
 *
 * <p>Commons Compress does not suit untrusted archives: it reads names of any length into memory, recurses for each of them, and reads the
 * data that it skips.
 */
final class TarReader {

    static final int BLOCK = 512;

    /** A disk in chunks has many members. */
    private static final int MAX_HEADERS = 8192;

    private static final int MAX_EXTENSION = 64 << 10;
    /** Archives end with two empty blocks; tools pad the whole file, not the end, to records of twenty: at most 19 more. */
    private static final int MAX_TAIL = (2 + 19) * BLOCK;

    private static final int TYPE = 156;
    private static final int SIZE = 124;
    private static final int MAGIC = 257;
    private static final int PREFIX = 345;
    private static final String USTAR = "ustar\00000";
    private static final String GNU = "ustar  \0";

    private final BoundedFile file;
    private final List<TarMember> members = new ArrayList<>();
    private final Set<String> names = new HashSet<>();
    /** Attributes of the next member from extended headers. */
    private final Map<String, String> extensions = new HashMap<>();

    private TarReader(BoundedFile file) {
        this.file = file;
    }

    /** The members, in the archive's order. */
    static List<TarMember> members(BoundedFile file) {
        var tar = new TarReader(file);
        tar.read();
        return List.copyOf(tar.members);
    }

    private void read() {
        file.require(file.length() % BLOCK == 0, 0, "the file's length is " + file.length(), "a multiple of 512");
        var at = 0L;
        var first = 0L;
        for (var headers = 0; ; headers++) {
            file.require(at < file.length(), at, "the archive has no end", "two empty blocks");
            var block = file.read(at, BLOCK);
            if (Bytes.isZero(block, 0, BLOCK)) {
                file.require(first == at, at, "the archive ends after an extended header", "a member");
                requireTail(at);
                return;
            }
            file.require(headers < MAX_HEADERS, at, "there is one more header", "at most " + MAX_HEADERS);
            requireSound(block, at);
            var length = length(block, at);
            var isExtension = readExtension(block, at, length);
            if (!isExtension) {
                addMember(block, at, first, length);
                extensions.clear();
            }
            at += BLOCK + (length + BLOCK - 1) / BLOCK * BLOCK;
            first = isExtension ? first : at;
        }
    }

    private void requireSound(ByteBuffer block, long at) {
        var magic = magic(block);
        file.require(magic.equals(USTAR) || magic.equals(GNU), at + MAGIC, "the magic is unknown", "ustar's or GNU's");
        // The checksum's own field counts as blanks.
        var sum = Bytes.sum(block) - Bytes.sum(block.slice(148, 8)) + 8 * ' ';
        file.require(number(block, at, 148, 8) == sum, at + 148, "the checksum is wrong", Integer.toOctalString(sum));
    }

    private static String magic(ByteBuffer block) {
        return Bytes.text(block, MAGIC, 8);
    }

    /** Length in bytes of the content. */
    private long length(ByteBuffer block, long at) {
        var size = isExtension(block) ? null : extensions.get("size");
        file.require(size == null || size.matches("\\d{1,18}"), at, "the extended size is '" + size + "'", "a number");
        var length = size == null ? number(block, at, SIZE, 12) : Long.parseLong(size);
        file.require(
                length <= file.length() - at - BLOCK,
                at + SIZE,
                "a member has " + length + " bytes",
                "an end inside the file's " + file.length());
        return length;
    }

    private static boolean isExtension(ByteBuffer block) {
        return "xgL".indexOf(block.get(TYPE)) >= 0;
    }

    /** Reads an extended header into {@link #extensions}; false where {@code block} describes a member itself. */
    private boolean readExtension(ByteBuffer block, long at, long length) {
        if (!isExtension(block)) {
            return false;
        }
        file.require(
                length <= MAX_EXTENSION, at + SIZE, "an extended header has " + length + " bytes", "at most 64 KiB");
        var text = file.read(at + BLOCK, (int) length);
        switch (block.get(TYPE)) {
            case 'L' -> extensions.put("path", Bytes.upToZero(utf8(text)));
            case 'x' -> extensions.putAll(pax(text, at + BLOCK));
            default -> {
                var global = pax(text, at + BLOCK);
                file.require(
                        !global.containsKey("path") && !global.containsKey("size"),
                        at + BLOCK,
                        "a global header names or measures members",
                        "none that does");
            }
        }
        return true;
    }

    /** Lines {@code length key=value}, the length being that of the whole line. */
    private Map<String, String> pax(ByteBuffer text, long at) {
        var records = new HashMap<String, String>();
        // One character a byte, so that lengths count bytes.
        var all = Bytes.text(text, 0, text.limit());
        for (var from = 0; from < all.length(); ) {
            var blank = all.indexOf(' ', from);
            var digits = blank < 0 ? "" : all.substring(from, blank);
            var end = digits.matches("\\d{1,5}") ? from + Integer.parseInt(digits) : 0;
            var equals = all.indexOf('=', from);
            file.require(
                    end > equals && equals > blank && end <= all.length() && all.charAt(end - 1) == '\n',
                    at + from,
                    "the extended header has no record",
                    "length, key, value and a line end");
            var key = all.substring(blank + 1, equals);
            file.require(!key.startsWith("GNU.sparse."), at + from, "a member is sparse", "all of its bytes");
            records.put(key, utf8(text.slice(equals + 1, end - equals - 2)));
            from = end;
        }
        return records;
    }

    private void addMember(ByteBuffer block, long at, long first, long length) {
        var type = block.get(TYPE);
        if (type == '5') {
            file.require(length == 0, at + SIZE, "a folder has " + length + " bytes", "none");
            return;
        }
        file.require(
                type == '0' || type == 0 || type == '7',
                at + TYPE,
                "the member's type is " + (type & 0xff),
                "48 (a file) or 53 (a folder)");
        var name = extensions.getOrDefault("path", name(block)).replaceFirst("^(\\./+)+", "");
        file.require(!name.isEmpty() && name.indexOf('\0') < 0, at, "a member has no name", "one");
        file.require(names.add(name), at, "there is a second '" + name + "'", "every name once");
        var isUstar = first == at && type != '7' && magic(block).equals(USTAR) && block.get(SIZE) >= 0;
        members.add(new TarMember(name, first, at + BLOCK, length, isUstar));
    }

    private static String name(ByteBuffer block) {
        var name = Bytes.upToZero(utf8(block.slice(0, 100)));
        var prefix = magic(block).equals(USTAR) ? Bytes.upToZero(utf8(block.slice(PREFIX, 155))) : "";
        return prefix.isEmpty() ? name : prefix + "/" + name;
    }

    /** Octal digits; or, where the first bit is set, a big-endian number. */
    private long number(ByteBuffer block, long at, int field, int length) {
        if (block.get(field) < 0) {
            var isSmall = block.get(field) == (byte) 0x80 && Bytes.isZero(block, field + 1, field + length - 8);
            var number = isSmall ? block.getLong(field + length - 8) : -1;
            file.require(number >= 0, at + field, "the number is too large", "one of 63 bits");
            return number;
        }
        var digits = Bytes.upToZero(Bytes.text(block, field, length)).strip();
        file.require(digits.matches("[0-7]{1,12}"), at + field, "there is no octal number", "one of at most 12 digits");
        return Long.parseLong(digits, 8);
    }

    private static String utf8(ByteBuffer bytes) {
        return StandardCharsets.UTF_8.decode(bytes).toString();
    }

    private void requireTail(long at) {
        var length = file.length() - at;
        file.require(
                length >= 2 * BLOCK && length <= MAX_TAIL,
                at,
                "the archive's end has " + length + " bytes",
                "1024 to " + MAX_TAIL);
        file.require(
                Bytes.isZero(file.read(at, (int) length), 0, (int) length),
                at,
                "there is data after the end",
                "zeroes");
    }
}
