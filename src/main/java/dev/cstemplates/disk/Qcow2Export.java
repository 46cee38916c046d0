package dev.cstemplates.disk;

import dev.cstemplates.host.ByteSize;
import dev.cstemplates.host.CstHome;
import dev.cstemplates.host.Failure;
import dev.cstemplates.host.Processes;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Writes a disk as the compressed QCOW2 file that CloudStack's KVM templates are. */
public final class Qcow2Export {

    private final Processes processes;
    private final FreeSpace freeSpace;

    public Qcow2Export(Processes processes) {
        this(processes, folder -> new ByteSize(Files.getFileStore(folder).getUsableSpace()));
    }

    Qcow2Export(Processes processes, FreeSpace freeSpace) {
        this.processes = processes;
        this.freeSpace = freeSpace;
    }

    /** How much room a folder has. */
    interface FreeSpace {
        ByteSize of(Path folder) throws IOException;
    }

    /**
     * What to write.
     *
     * @param source a QCOW2 disk; it may have a backing file
     * @param target file to write; replaced whole or not touched
     * @param log file that commands and their output are appended to
     */
    public record Request(Path source, Path target, Path log) {}

    /**
     * Converts, checks the result against {@link FormatCheck}, and only then moves it to its name.
     *
     * @param activity told what is being done, for people
     * @throws Failure of kind host when the disk is too small, of kind build when the result is not fit for CloudStack
     */
    public void run(Request request, Consumer<String> activity) {
        var qemu = new QemuImg(processes, request.log());
        var size = Qcow2Header.read(request.source()).virtualSize();
        var target = request.target().toAbsolutePath();
        var part = target.resolveSibling(target.getFileName() + ".part");
        requireSpace(request.source(), CstHome.made(target.resolveSibling("")), qemu);
        try {
            Files.deleteIfExists(part);
            qemu.convert(
                    request.source(),
                    "qcow2",
                    part,
                    DiskFormat.QCOW2,
                    SafeProfile.OPTIONS,
                    List.of("-c"),
                    percent -> activity.accept("writing QCOW2: %.0f %%".formatted(percent)));
            activity.accept("checking the QCOW2 file");
            requireFit(part, new ByteSize(size), request.log());
            moveInto(part, target);
        } catch (IOException e) {
            throw Failure.host(target + " can't be written: " + e, "Look for a full or read-only disk.")
                    .because(e);
        } finally {
            part.toFile().delete();
        }
    }

    private void requireSpace(Path source, Path folder, QemuImg qemu) {
        // Compression gains, but by how much shows only afterwards; what an uncompressed copy takes is always enough.
        var needed = qemu.measure(source, "qcow2", DiskFormat.QCOW2);
        try {
            var free = freeSpace.of(folder);
            if (free.compareTo(needed) < 0) {
                throw Failure.host(
                        "%s has %s free, writing the disk may need %s".formatted(folder, free, needed),
                        "Free some space there ('cst artifacts prune'), or use another place with --home DIR.");
            }
        } catch (IOException e) {
            throw Failure.host("The free space of " + folder + " can't be read: " + e, "Look at that disk.")
                    .because(e);
        }
    }

    private void requireFit(Path file, ByteSize size, Path log) {
        var broken = new FormatCheck(processes)
                .check(file, size, log).stream()
                        .filter(finding -> !finding.passed())
                        .toList();
        if (!broken.isEmpty()) {
            throw Failure.build(
                    "The QCOW2 file that qemu-img wrote is not fit for CloudStack: "
                            + broken.stream()
                                    .map(finding -> finding.title() + ": no, " + finding.detail())
                                    .collect(Collectors.joining("; ")),
                    "Its whole output: " + log);
        }
    }

    private static void moveInto(Path part, Path target) throws IOException {
        // A name that survives a power cut has to have its content on the disk.
        try (var channel = FileChannel.open(part, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
        Files.move(part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
