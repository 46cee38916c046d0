/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.guest;

import dev.cstemplates.core.Accelerator;
import dev.cstemplates.core.Architecture;
import dev.cstemplates.core.Failure;
import dev.cstemplates.host.process.Command;
import dev.cstemplates.host.process.Processes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Creates the golden disk from a prepared one without booting it: removes the identity of the machine and the traces of the build,
 * restores SELinux's labels, and reclaims free space.
 */
public final class OfflineCleanup {

    /** Long enough for software emulation on a busy host. */
    private static final Duration LIMIT = Duration.ofMinutes(30);

    /** The defaults without an operation that needs LVM, which these disks do not have. */
    private static final String OPERATIONS = "defaults,-lvm-uuids";

    private static final String IN_GUEST = "/tmp/cst-";

    private final Processes processes;

    /**
     * A disk to clean up.
     *
     * @param baseDisk QCOW2 with the prepared system; read only
     * @param golden QCOW2 to create, atomically
     * @param workFolder scratch space, about the size of {@code golden}; created if missing
     * @param scriptsFolder bash scripts {@code *.sh}, run in the guest's file system in the order of their names; at least one
     * @param log receives the output of every program
     */
    public record CleanupRequest(
            Path baseDisk,
            Path golden,
            Path workFolder,
            Path scriptsFolder,
            Path log,
            Architecture architecture,
            Accelerator accelerator) {}

    public OfflineCleanup(Processes processes) {
        this.processes = processes;
    }

    /** Creates {@code request.golden()}; {@code activity} receives the current step. */
    public void run(CleanupRequest request, Consumer<String> activity) {
        var scripts = scriptsIn(request.scriptsFolder());
        if (!Files.isReadable(request.baseDisk())) {
            throw Failure.build(
                    "The prepared disk " + request.baseDisk() + " is missing or unreadable",
                    "Run the build again: it recreates what is missing.");
        }
        var overlay = request.workFolder().resolve("cleanup.qcow2");
        var part = request.golden().resolveSibling(request.golden().getFileName() + ".part");
        var libguestfs = new Libguestfs(processes, request.accelerator(), request.architecture(), request.workFolder());
        try {
            Files.createDirectories(request.workFolder());
            Files.deleteIfExists(overlay);
            qemuImg(request, overlayOn(request.baseDisk(), overlay));
            activity.accept("removing machine identity and build traces");
            clean(request, overlay, scripts, libguestfs, activity);
            activity.accept("reclaiming free space");
            libguestfs.run(
                    List.of("virt-sparsify", "--in-place", "--quiet", overlay.toString()),
                    request.log(),
                    LIMIT,
                    activity);
            activity.accept("writing the golden disk");
            qemuImg(request, flatten(overlay, part));
            Files.move(part, request.golden(), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw Failure.host(
                            "Cannot write the golden disk " + request.golden() + ": " + e.getMessage(),
                            "Check free disk space and permissions.")
                    .because(e);
        } finally {
            delete(overlay);
            delete(part);
        }
    }

    /** Labels come last, in the session that ran the scripts: whatever changed the files before is labelled too. */
    private static void clean(
            CleanupRequest request,
            Path overlay,
            List<Path> scripts,
            Libguestfs libguestfs,
            Consumer<String> activity) {
        libguestfs.run(sysprep(overlay), request.log(), LIMIT, activity);
        libguestfs.guestfish(
                List.of("--format=qcow2", "--add", overlay.toString(), "--inspector"),
                session(scripts),
                request.log(),
                LIMIT,
                activity);
    }

    /** The command that removes identity and traces from {@code disk}, in place. */
    static List<String> sysprep(Path disk) {
        return List.of(
                "virt-sysprep",
                "--format",
                "qcow2",
                "--add",
                disk.toString(),
                "--operations",
                OPERATIONS,
                "--no-network");
    }

    /** The guestfish commands that run the scripts in the guest's file system. */
    static List<String> session(List<Path> scripts) {
        var lines = new ArrayList<String>();
        for (var script : scripts) {
            var inGuest = IN_GUEST + script.getFileName();
            lines.add("upload \"" + script.toAbsolutePath() + "\" " + inGuest);
            lines.add("sh \"bash " + inGuest + "\"");
            lines.add("rm-f " + inGuest);
        }
        lines.add(SelinuxLabels.restore("/"));
        return lines;
    }

    static List<String> overlayOn(Path base, Path overlay) {
        return List.of(
                "qemu-img",
                "create",
                "-q",
                "-f",
                "qcow2",
                "-F",
                "qcow2",
                "-b",
                base.toAbsolutePath().toString(),
                overlay.toString());
    }

    static List<String> flatten(Path overlay, Path target) {
        return List.of("qemu-img", "convert", "-f", "qcow2", "-O", "qcow2", overlay.toString(), target.toString());
    }

    private static List<Path> scriptsIn(Path folder) {
        try (var files = Files.list(folder)) {
            var scripts = files.filter(file -> file.getFileName().toString().matches("[A-Za-z0-9_.-]+\\.sh"))
                    .sorted()
                    .toList();
            if (scripts.isEmpty()) {
                throw missing(folder);
            }
            return scripts;
        } catch (IOException e) {
            throw missing(folder).because(e);
        }
    }

    private static Failure missing(Path folder) {
        return Failure.build(
                "No clean-up scripts (*.sh) in " + folder
                        + ": without clean-up, all instances would share one identity",
                "Reinstall cst, or add the scripts for this package family.");
    }

    private void qemuImg(CleanupRequest request, List<String> argv) {
        processes.check(Command.of(argv).log(request.log()).timeout(LIMIT));
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException ignored) {
            // A leftover in the work directory; the result does not depend on it.
        }
    }
}
