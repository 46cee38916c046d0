/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
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
 * The verified disk of a run: Packer can report success without having created anything.
 *
 * @param file a consistent QCOW2 file without a backing file, synced to disk
 * @param allocated space used on this host
 */
public record ResultDisk(Path file, ByteSize virtualSize, ByteSize allocated) {

    /** A smaller disk contains no operating system: the smallest Debian takes five times as much. */
    private static final ByteSize LEAST = ByteSize.ofMiB(64);

    private static final Duration LIMIT = Duration.ofMinutes(10);
    private static final String REMEDY = "Build again. If the error persists, check Packer's log.";

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
            throw Failure.build("The disk " + file + " has a backing file and is incomplete by itself", REMEDY);
        }
        if (!disk.virtualSize.equals(expected)) {
            throw Failure.build(
                    "The disk %s has a size of %s, expected %s".formatted(file, disk.virtualSize, expected), REMEDY);
        }
        if (disk.allocated.compareTo(LEAST) < 0) {
            throw Failure.build(
                    "The disk %s contains only %s: nothing was installed on it".formatted(file, disk.allocated),
                    REMEDY);
        }
        var check = processes.run(
                Command.of("qemu-img", "check", "-f", "qcow2", file.toString()).timeout(LIMIT));
        if (!check.succeeded()) {
            throw Failure.build("The disk " + file + " is damaged: " + Processes.describe(check), REMEDY);
        }
        return disk.writtenThrough();
    }

    /** For speed the guest's disk ignored flushes; from here on it must survive a power failure. */
    private ResultDisk writtenThrough() {
        try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.force(true);
            return this;
        } catch (IOException e) {
            throw Failure.host("Cannot sync the disk " + file + ": " + e.getMessage(), "Check for a full disk.")
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
