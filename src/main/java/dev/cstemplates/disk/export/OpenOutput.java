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

/** An {@link Output} on its way: it lies beside its target until it is whole. */
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
            channel.close();
            Files.deleteIfExists(part);
            throw e;
        }
    }

    private static Path partOf(Output output) {
        return output.target().resolveSibling(output.target().getFileName() + ".part");
    }

    /** What goes into the file: the output's content, fitted to the format. */
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

    /** Completes the file under its temporary name; the digest of its content is returned. */
    String finish() throws IOException {
        var content = digest.hex();
        writer.finish(content);
        return content;
    }

    /** Gives the file its name. */
    void publish() throws IOException {
        AtomicFiles.replace(part, output.target());
    }

    /** Leaves nothing behind but what was published. */
    @Override
    public void close() {
        try (channel;
                writer) {
            Files.deleteIfExists(part);
        } catch (IOException e) {
            throw Failure.host(part + " can't be removed: " + e.getMessage(), "Remove it by hand.")
                    .because(e);
        }
    }
}
