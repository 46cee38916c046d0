/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.disk.vhd;

import dev.cstemplates.disk.io.BoundedFile;
import dev.cstemplates.disk.io.Bytes;
import dev.cstemplates.disk.io.DiskReader;
import dev.cstemplates.disk.io.Zeroes;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The disk in a fixed or dynamic VHD file of any writer. Differencing disks are refused. {@link VhdCheck} has XenServer's stricter rules. */
public final class VhdReader implements DiskReader {

    private static final int SECTOR = 512;

    private final BoundedFile file;
    private final VhdFooter footer;
    private final @Nullable VhdTables tables;

    private VhdReader(BoundedFile file, VhdFooter footer) {
        this.file = file;
        this.footer = footer;
        this.tables = new VhdTables(file, footer);
    }

    private VhdReader(BoundedFile file) {
        this.file = file;
        file.require(
                file.length() >= 2 * VhdFooter.LENGTH && file.length() % SECTOR == 0,
                0,
                "the file's length is " + file.length(),
                "a multiple of 512, at least 1024");
        var at = file.length() - VhdFooter.LENGTH;
        this.footer = VhdFooter.read(file, at);
        file.require(
                footer.type() == VhdFooter.FIXED || footer.type() == VhdFooter.DYNAMIC,
                at + 60,
                "the disk's type is " + footer.type(),
                "2 (fixed) or 3 (dynamic)");
        this.tables = footer.type() == VhdFooter.DYNAMIC ? dynamic() : null;
        if (tables == null) {
            file.require(footer.dataOffset() == -1, at + 16, "there is a header", "all ones in a fixed disk");
            file.require(
                    footer.currentSize() == at,
                    at + 48,
                    "the disk's size is " + footer.currentSize(),
                    "the file's, " + at);
        }
    }

    /** Opens a disk; reads and validates its tables. */
    public static VhdReader open(Path path) {
        var file = BoundedFile.open(path, "VHD disk");
        try {
            return new VhdReader(file);
        } catch (RuntimeException e) {
            file.close();
            throw e;
        }
    }

    /**
     * Opens a disk of any maker as {@code qemu-img} does: where a dynamic disk has a sound footer at its start, that one counts, and
     * {@code warning} receives a sentence if the footer at the end differs or is missing.
     */
    public static VhdReader open(Path path, Consumer<String> warning) {
        var file = BoundedFile.open(path, "VHD disk");
        try {
            var start = file.length() < VhdFooter.LENGTH ? ByteBuffer.allocate(0) : file.read(0, VhdFooter.LENGTH);
            var end = file.length() < 2 * VhdFooter.LENGTH
                    ? start
                    : file.read(file.length() - VhdFooter.LENGTH, VhdFooter.LENGTH);
            if (start.mismatch(end) >= 0 && hasCookie(file, 0)) {
                var footer = VhdFooter.read(file, 0);
                if (footer.type() == VhdFooter.DYNAMIC) {
                    warning.accept(
                            path + " has two footers that differ, or none at its end; the one at its start is used."
                                    + " The program that wrote it may have been interrupted: check the disk's content.");
                    return new VhdReader(file, footer);
                }
            }
            return new VhdReader(file);
        } catch (RuntimeException e) {
            file.close();
            throw e;
        }
    }

    /** Whether a file has a VHD footer: at its end, or at its start as dynamic disks do, too. */
    public static boolean isVhd(BoundedFile file) {
        if (file.length() < VhdFooter.LENGTH) {
            return false;
        }
        return hasCookie(file, 0) || hasCookie(file, file.length() - VhdFooter.LENGTH);
    }

    private static boolean hasCookie(BoundedFile file, long offset) {
        var length = VhdFooter.COOKIE.length();
        return Bytes.text(file.read(offset, length), 0, length).equals(VhdFooter.COOKIE);
    }

    private VhdTables dynamic() {
        var differs =
                file.read(0, VhdFooter.LENGTH).mismatch(file.read(file.length() - VhdFooter.LENGTH, VhdFooter.LENGTH));
        file.require(differs < 0, differs, "the copy of the footer differs from the footer", "the same bytes");
        return new VhdTables(file, footer);
    }

    VhdFooter footer() {
        return footer;
    }

    /** Null for a fixed disk. */
    @Nullable
    VhdTables tables() {
        return tables;
    }

    long fileLength() {
        return file.length();
    }

    @Override
    public long size() {
        return footer.currentSize();
    }

    @Override
    public void read(long offset, ByteBuffer target) {
        Objects.checkFromIndexSize(offset, target.remaining(), size());
        if (tables == null) {
            file.read(offset, target);
            return;
        }
        var at = offset;
        var limit = offset + target.remaining();
        while (at < limit) {
            var extent = tables.extent(at, limit);
            var length = (int) extent.length();
            if (extent.host() < 0) {
                Zeroes.put(target, length);
            } else {
                var end = target.limit();
                file.read(extent.host(), target.limit(target.position() + length));
                target.limit(end);
            }
            at += length;
        }
    }

    @Override
    public long zeroes(long offset) {
        Objects.checkFromToIndex(offset, size(), size());
        var at = offset;
        while (tables != null && at < size()) {
            var extent = tables.extent(at, size());
            if (extent.host() >= 0) {
                break;
            }
            at += extent.length();
        }
        return at - offset;
    }

    @Override
    public void close() {
        file.close();
    }
}
