package dev.cstemplates.disk.ova;

import dev.cstemplates.disk.io.BoundedFile;
import dev.cstemplates.disk.io.Bytes;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/**
 * The members of a tar archive of the plainest kind (POSIX ustar): files only, in one folder, with short names. Whatever else an
 * archive may have (long names, links, folders, extensions) is refused: VMware's tools stumble over it.
 */
final class Tar {

    private static final int BLOCK = 512;
    private static final int MAX_MEMBERS = 16;
    /** Archives end with two empty blocks, which tools pad to twenty. */
    private static final int MAX_TAIL = 20 * BLOCK;

    private final BoundedFile file;
    private final List<Member> members = new ArrayList<>();
    private final HashSet<String> names = new HashSet<>();

    private Tar(BoundedFile file) {
        this.file = file;
    }

    /**
     * A file in the archive.
     *
     * @param header offset of the block that names it
     * @param offset of its content
     * @param length of its content in bytes
     */
    record Member(String name, long header, long offset, long length) {}

    /** The members, in the archive's order. */
    static List<Member> members(BoundedFile file) {
        var tar = new Tar(file);
        tar.read();
        return List.copyOf(tar.members);
    }

    private void read() {
        file.require(file.length() % BLOCK == 0, 0, "the file's length is " + file.length(), "a multiple of 512");
        var at = 0L;
        while (true) {
            file.require(at < file.length(), at, "the archive has no end", "two empty blocks");
            var block = file.read(at, BLOCK);
            if (Bytes.isZero(block, 0, BLOCK)) {
                requireTail(at);
                return;
            }
            file.require(members.size() < MAX_MEMBERS, at, "there is one more member", "at most " + MAX_MEMBERS);
            var member = member(block, at);
            members.add(member);
            at = member.offset() + (member.length() + BLOCK - 1) / BLOCK * BLOCK;
        }
    }

    private Member member(ByteBuffer block, long at) {
        var magic = Bytes.text(block, 257, 8);
        file.require(magic.equals("ustar\00000"), at + 257, "the magic is not ustar's", "'ustar', a zero byte, '00'");
        requireChecksum(block, at);
        var type = block.get(156);
        file.require(type == '0' || type == 0, at + 156, "the member's type is " + (type & 0xff), "48, a plain file");
        file.require(block.get(345) == 0, at + 345, "the name has a prefix", "none");
        var name = Bytes.upToZero(Bytes.text(block, 0, 100));
        file.require(
                name.matches("[A-Za-z0-9][A-Za-z0-9._+-]*"),
                at,
                "the name is no plain one",
                "letters, digits, '.', '_', '+', '-'");
        file.require(names.add(name), at, "there is a second '" + name + "'", "every name once");
        var length = octal(block, at, 124, 12);
        var offset = at + BLOCK;
        file.require(
                length <= file.length() - offset,
                at + 124,
                "'%s' has %d bytes".formatted(name, length),
                "an end inside the file's " + file.length());
        return new Member(name, at, offset, length);
    }

    private void requireChecksum(ByteBuffer block, long at) {
        // The field itself counts as blanks.
        var sum = Bytes.sum(block) - Bytes.sum(block.slice(148, 8)) + 8 * ' ';
        file.require(octal(block, at, 148, 8) == sum, at + 148, "the checksum is wrong", Integer.toOctalString(sum));
    }

    private long octal(ByteBuffer block, long at, int field, int length) {
        var digits = Bytes.upToZero(Bytes.text(block, field, length)).strip();
        file.require(digits.matches("[0-7]{1,11}"), at + field, "there is no octal number", "one of 11 digits at most");
        return Long.parseLong(digits, 8);
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
                "there is data behind the end",
                "zeroes");
    }
}
