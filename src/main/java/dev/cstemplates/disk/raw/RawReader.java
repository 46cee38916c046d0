/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.disk.raw;

import dev.cstemplates.disk.io.BoundedFile;
import dev.cstemplates.disk.io.DiskReader;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Objects;

/** A raw disk. Holes of a sparse file count as zero runs. */
public final class RawReader implements DiskReader {

    private final BoundedFile file;
    private final SparseFileMap holes;

    private RawReader(BoundedFile file, SparseFileMap holes) {
        this.file = file;
        this.holes = holes;
    }

    public static RawReader open(Path path) {
        var file = BoundedFile.open(path, "raw disk");
        if (file.length() == 0) {
            file.close();
            throw file.broken(0, "the file ends", "data");
        }
        try {
            return new RawReader(file, SparseFileMap.open(path));
        } catch (RuntimeException e) {
            file.close();
            throw e;
        }
    }

    @Override
    public long size() {
        return file.length();
    }

    @Override
    public void read(long offset, ByteBuffer target) {
        Objects.checkFromIndexSize(offset, target.remaining(), size());
        file.read(offset, target);
    }

    @Override
    public long zeroes(long offset) {
        Objects.checkFromToIndex(offset, size(), size());
        return holes.at(offset, size());
    }

    @Override
    public void close() {
        try (file;
                holes) {
            // Closes both, whichever fails.
        }
    }
}
