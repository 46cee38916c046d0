/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.guest;

import dev.cstemplates.core.Accelerator;
import dev.cstemplates.core.Architecture;
import dev.cstemplates.core.ByteSize;
import dev.cstemplates.core.Failure;
import dev.cstemplates.host.process.Processes;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;

/** Grows the root file system of an enlarged disk, offline. */
public final class RootGrowth {

    private static final Duration LIMIT = Duration.ofMinutes(20);

    private static final int SECTOR = 512;

    /** A GPT has a second copy at the end; {@code sgdisk} reserves the last MiB for it. */
    private static final long SPARE_SECTORS = 2048;

    private static final Pattern NUMBER = Pattern.compile("\\s*part_num: (\\d+)");
    private static final Pattern START = Pattern.compile("\\s*part_start: (\\d+)");
    private static final Pattern FILE_SYSTEM = Pattern.compile("(/dev/sda\\d+): (\\w+)");

    private final Processes processes;
    private final Accelerator accelerator;

    public RootGrowth(Processes processes, Accelerator accelerator) {
        this.processes = processes;
        this.accelerator = accelerator;
    }

    /** A partition; {@code start} is in bytes. */
    private record RootPartition(int number, long start) {

        String device() {
            return "/dev/sda" + number;
        }
    }

    /**
     * Grows the root of {@code disk}, a QCOW2 file of virtual size {@code size}, in place. A {@link Failure} of kind build if no operating
     * system is found, or if its root is not the last partition: it could not grow on an instance's larger disk either.
     */
    public void grow(Path disk, ByteSize size, Path workFolder, Path log) {
        // No program of the guest runs, so no emulator is needed.
        var libguestfs = new Libguestfs(processes, accelerator, Architecture.ofThisHost(), workFolder);
        var options = List.of("--format=qcow2", "--add", disk.toString());
        var found = libguestfs
                .guestfish(
                        List.of("--ro", "--format=qcow2", "--add", disk.toString()),
                        List.of(
                                "run",
                                "part-get-parttype /dev/sda",
                                "part-list /dev/sda",
                                "list-filesystems",
                                "inspect-os"),
                        log,
                        LIMIT,
                        line -> {})
                .lines();
        var last = lastPartition(found, disk);
        var root = rootDevice(found, disk);
        if (!root.equals(last.device())) {
            throw Failure.build(
                    "The root of %s is %s, but the last partition is %s".formatted(disk, root, last.device()),
                    "It cannot grow on larger disks of instances: use another --source.");
        }
        var end = size.bytes() / SECTOR - SPARE_SECTORS - 1;
        libguestfs.guestfish(
                options,
                script(found.contains("gpt"), last, end, fileSystem(found, root, disk)),
                log,
                LIMIT,
                line -> {});
    }

    private static List<String> script(boolean isGpt, RootPartition last, long end, String fileSystem) {
        var device = last.device();
        var script = new ArrayList<>(List.of("run"));
        if (isGpt) {
            script.add("part-expand-gpt /dev/sda");
        }
        script.add("part-resize /dev/sda " + last.number() + " " + end);
        switch (fileSystem) {
            case "ext4", "ext3", "ext2" -> script.addAll(List.of("e2fsck-f " + device, "resize2fs " + device));
            case "xfs" -> script.addAll(List.of("mount " + device + " /", "xfs-growfs /"));
            case "btrfs" -> script.addAll(List.of("mount " + device + " /", "btrfs-filesystem-resize /"));
            default -> throw Failure.build("Cannot grow the root file system " + fileSystem, "Use another --source.");
        }
        return script;
    }

    private static RootPartition lastPartition(List<String> lines, Path disk) {
        var partitions = new ArrayList<RootPartition>();
        var number = 0;
        for (var line : lines) {
            var numbered = NUMBER.matcher(line);
            var started = START.matcher(line);
            if (numbered.matches()) {
                number = Integer.parseInt(numbered.group(1));
            } else if (started.matches()) {
                partitions.add(new RootPartition(number, Long.parseLong(started.group(1))));
            }
        }
        return partitions.stream()
                .max(Comparator.comparingLong(RootPartition::start))
                .orElseThrow(() -> Failure.build(disk + " has no partitions", "Is this a bootable cloud image?"));
    }

    private static String fileSystem(List<String> lines, String device, Path disk) {
        return lines.stream()
                .map(FILE_SYSTEM::matcher)
                .filter(matcher -> matcher.matches() && matcher.group(1).equals(device))
                .map(matcher -> matcher.group(2))
                .findFirst()
                .orElseGet(() -> lines.stream().anyMatch(line -> line.startsWith("btrfsvol:" + device))
                        ? "btrfs"
                        : unknown(disk));
    }

    /** The root device of the operating system that libguestfs found. */
    private static String rootDevice(List<String> lines, Path disk) {
        return GuestRoot.in(lines).map(root -> "/dev/sda" + root.partition()).orElseGet(() -> unknown(disk));
    }

    private static String unknown(Path disk) {
        throw Failure.build(
                "libguestfs found no operating system on " + disk,
                "Is this a bootable cloud image? The log shows what was found.");
    }
}
