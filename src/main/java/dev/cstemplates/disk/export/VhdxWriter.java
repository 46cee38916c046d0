/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.disk.export;

import dev.cstemplates.disk.DiskFormat;
import dev.cstemplates.disk.QemuImg;
import dev.cstemplates.disk.codec.Cluster;
import dev.cstemplates.disk.codec.DiskWriter;
import dev.cstemplates.disk.io.DiskFile;
import dev.cstemplates.disk.raw.RawWriter;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/** Writes a VHDX by {@code qemu-img}, from a temporary raw disk next to it. */
final class VhdxWriter implements DiskWriter {

    private final QemuImg qemu;
    private final Path target;
    private final Path plain;
    private final FileChannel channel;
    private final RawWriter writer;

    /** @param size of the disk in bytes */
    VhdxWriter(QemuImg qemu, Path target, long size) throws IOException {
        this.qemu = qemu;
        this.target = target;
        plain = target.resolveSibling(target.getFileName() + ".raw");
        Files.deleteIfExists(plain);
        channel = FileChannel.open(plain, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        writer = new RawWriter(new DiskFile(channel, 0), size);
    }

    @Override
    public void write(long index, Cluster cluster) throws IOException {
        writer.write(index, cluster);
    }

    @Override
    public void finish(String contentDigest) throws IOException {
        writer.finish(contentDigest);
        qemu.convert(plain, "raw", target, DiskFormat.VHDX, List.of("subformat=dynamic"), List.of(), percent -> {});
    }

    @Override
    public void close() throws IOException {
        channel.close();
        Files.deleteIfExists(plain);
    }
}
