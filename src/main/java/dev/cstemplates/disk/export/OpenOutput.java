/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.disk.export;

import dev.cstemplates.core.AtomicFiles;
import dev.cstemplates.core.Failure;
import dev.cstemplates.disk.DiskFormat;
import dev.cstemplates.disk.QemuImg;
import dev.cstemplates.disk.codec.Cluster;
import dev.cstemplates.disk.codec.DiskWriter;
import dev.cstemplates.disk.io.DiskFile;
import dev.cstemplates.disk.ova.OvaWriter;
import dev.cstemplates.disk.ova.VmdkWriter;
import dev.cstemplates.disk.qcow2.Qcow2Writer;
import dev.cstemplates.disk.raw.RawWriter;
import dev.cstemplates.disk.vhd.VhdWriter;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;

/** An {@link Output} being written. Until it is complete it has a temporary name next to its target. */
final class OpenOutput implements AutoCloseable {

    private final Output output;
    private final Content content;
    private final Path part;
    private final FileChannel channel;
    private final DiskWriter writer;
    private final ContentDigest digest = new ContentDigest();

    private OpenOutput(Output output, Content content, Path part, FileChannel channel, DiskWriter writer) {
        this.output = output;
        this.content = content;
        this.part = part;
        this.channel = channel;
        this.writer = writer;
    }

    static OpenOutput open(Output output, QemuImg qemu, Instant now) throws IOException {
        var content = output.format() == DiskFormat.VHD ? output.content().inWholeBlocks() : output.content();
        var part = partOf(output);
        Files.deleteIfExists(part);
        var channel = FileChannel.open(part, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        try {
            var file = new DiskFile(channel, 0);
            var size = content.reader().size();
            var writer = switch (output.format()) {
                case QCOW2, QCOW2_ZSTD ->
                    new Qcow2Writer(file, size, output.format().codec().orElseThrow());
                case VHD -> new VhdWriter(file, size, now);
                case OVA -> new OvaWriter(file, size, output.baseName(), output.machine(), now);
                case VMDK ->
                    new VmdkWriter(
                            file, size, output.baseName(), output.machine().hardwareVersion());
                case VHDX -> new VhdxWriter(qemu, part, size);
                case RAW -> new RawWriter(file, size);
            };
            return new OpenOutput(output, content, part, channel, writer);
        } catch (IOException | RuntimeException e) {
            try (channel) {
                Files.deleteIfExists(part);
            }
            throw e;
        }
    }

    private static Path partOf(Output output) {
        return output.target().resolveSibling(output.target().getFileName() + ".part");
    }

    /** The output's content, resized for the format if necessary. */
    Content content() {
        return content;
    }

    Output output() {
        return output;
    }

    Path part() {
        return part;
    }

    void write(long index, Cluster cluster) throws IOException {
        digest.add(index, cluster.digest());
        writer.write(index, cluster);
    }

    /** Completes the file under its temporary name and returns the digest of its content. */
    String finish() throws IOException {
        var content = digest.hex();
        writer.finish(content);
        return content;
    }

    /** Syncs the file and gives it its final name. */
    void publish() throws IOException {
        AtomicFiles.replace(part, output.target());
    }

    /** Deletes the file if it was not published. */
    @Override
    public void close() {
        try (channel;
                writer) {
            Files.deleteIfExists(part);
        } catch (IOException e) {
            throw Failure.host("Cannot remove " + part + ": " + e.getMessage(), "Remove it by hand.")
                    .because(e);
        }
    }
}
