package dev.cstemplates.packer;

import dev.cstemplates.core.ByteSize;
import dev.cstemplates.core.Failure;
import dev.cstemplates.host.process.Command;
import dev.cstemplates.host.process.Processes;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The disk that a run left, after it was looked at: Packer can report success without having made anything.
 *
 * @param file a QCOW2 file without a backing file, consistent, written through to the host's disk
 * @param allocated what it takes on this host
 */
public record ResultDisk(Path file, ByteSize virtualSize, ByteSize allocated) {

    /** Less is no operating system: the smallest Debian takes five times as much. */
    private static final ByteSize LEAST = ByteSize.ofMiB(64);

    private static final Duration LIMIT = Duration.ofMinutes(10);
    private static final String REMEDY = "Build again; if it stays so, read Packer's log.";

    static ResultDisk examine(Path file, ByteSize expected, Processes processes) {
        if (!Files.isRegularFile(file)) {
            throw Failure.build("Packer reported success but left no disk at " + file, REMEDY);
        }
        var info = read(processes.check(Command.of("qemu-img", "info", "--output=json", "-f", "qcow2", file.toString())
                .timeout(LIMIT)));
        var disk = new ResultDisk(
                file,
                new ByteSize(info.path("virtual-size").asLong(0)),
                new ByteSize(info.path("actual-size").asLong(0)));
        if (info.hasNonNull("backing-filename")) {
            throw Failure.build("The disk " + file + " rests on another file and is not complete by itself", REMEDY);
        }
        if (!disk.virtualSize.equals(expected)) {
            throw Failure.build(
                    "The disk %s has a size of %s, it should have %s".formatted(file, disk.virtualSize, expected),
                    REMEDY);
        }
        if (disk.allocated.compareTo(LEAST) < 0) {
            throw Failure.build(
                    "The disk %s holds only %s: nothing was installed on it".formatted(file, disk.allocated), REMEDY);
        }
        var check = processes.run(
                Command.of("qemu-img", "check", "-f", "qcow2", file.toString()).timeout(LIMIT));
        if (!check.succeeded()) {
            throw Failure.build("The disk " + file + " is damaged: " + Processes.describe(check), REMEDY);
        }
        return disk.writtenThrough();
    }

    /** The guest's disk was cached without flushes, for speed; from here on it must outlive a power cut. */
    private ResultDisk writtenThrough() {
        try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.force(true);
            return this;
        } catch (IOException e) {
            throw Failure.host(
                            "The disk " + file + " can't be written through: " + e.getMessage(),
                            "Look for a full disk.")
                    .because(e);
        }
    }

    private static JsonNode read(Processes.Result result) {
        try {
            return JsonMapper.shared().readTree(result.output());
        } catch (JacksonException e) {
            throw Failure.build("qemu-img did not print JSON: " + result.tail(), REMEDY)
                    .because(e);
        }
    }
}
