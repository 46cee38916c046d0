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
import java.util.stream.Stream;

/**
 * Turns a prepared disk into the golden one, without booting it: what ties it to the machine it was prepared in is removed, and
 * the space that was freed is given back.
 */
public final class OfflineCleanup {

    /** Long enough for software emulation on a busy host; a hung appliance is ended all the same. */
    private static final Duration LIMIT = Duration.ofMinutes(30);

    /** All that libguestfs' authors think of as safe, but for what needs a volume manager that these disks don't have. */
    private static final String OPERATIONS = "defaults,-lvm-uuids";

    private static final String IN_GUEST = "/tmp/cst-";

    private final Processes processes;

    /**
     * What to clean up.
     *
     * @param baseDisk QCOW2 with the prepared system; only read
     * @param golden QCOW2 to make; appears complete or not at all
     * @param workFolder scratch space, about the size of {@code golden}; made when missing
     * @param scriptsFolder bash scripts {@code *.sh} with plain names, run in the guest's file system in the order of their
     *     names; may not be empty
     * @param log gets the whole output of every program
     */
    public record Request(
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

    /** Makes {@code request.golden()}; {@code activity} is told what is done just now. */
    public void run(Request request, Consumer<String> activity) {
        var scripts = scriptsIn(request.scriptsFolder());
        if (!Files.isReadable(request.baseDisk())) {
            throw Failure.build(
                    "The prepared disk " + request.baseDisk() + " is missing or unreadable",
                    "Run the build again: it makes what is missing.");
        }
        var overlay = request.workFolder().resolve("cleanup.qcow2");
        var part = request.golden().resolveSibling(request.golden().getFileName() + ".part");
        var libguestfs = new Libguestfs(processes, request.accelerator(), request.architecture(), request.workFolder());
        try {
            Files.createDirectories(request.workFolder());
            Files.deleteIfExists(overlay);
            qemuImg(request, overlayOn(request.baseDisk(), overlay));
            activity.accept("Removing the machine's identity and the build's traces");
            clean(request, overlay, scripts, libguestfs, activity);
            activity.accept("Giving back free space");
            libguestfs.run(
                    List.of("virt-sparsify", "--in-place", "--quiet", overlay.toString()),
                    request.log(),
                    LIMIT,
                    activity);
            activity.accept("Writing the golden disk");
            qemuImg(request, flatten(overlay, part));
            Files.move(part, request.golden(), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw Failure.host(
                            "The golden disk " + request.golden() + " can't be written: " + e.getMessage(),
                            "Look for a full disk, or for its owner.")
                    .because(e);
        } finally {
            delete(overlay);
            delete(part);
        }
    }

    /** virt-sysprep runs no programs of a guest that is for another architecture; guestfish does, after it. */
    private static void clean(
            Request request, Path overlay, List<Path> scripts, Libguestfs libguestfs, Consumer<String> activity) {
        if (request.architecture() == Architecture.ofThisHost()) {
            libguestfs.run(sysprep(overlay, scripts), request.log(), LIMIT, activity);
            return;
        }
        libguestfs.run(sysprep(overlay, List.of()), request.log(), LIMIT, activity);
        libguestfs.guestfish(
                List.of("--format=qcow2", "--add", overlay.toString(), "--inspector"),
                scripts.stream().flatMap(OfflineCleanup::inGuestfish).toList(),
                request.log(),
                LIMIT,
                activity);
    }

    private static Stream<String> inGuestfish(Path script) {
        var inGuest = IN_GUEST + script.getFileName();
        return Stream.of(
                "upload \"" + script.toAbsolutePath() + "\" " + inGuest,
                "sh \"bash " + inGuest + "\"",
                "rm-f " + inGuest);
    }

    /** The command that removes identity and traces from {@code disk}, in place. */
    static List<String> sysprep(Path disk, List<Path> scripts) {
        var argv = new ArrayList<>(List.of(
                "virt-sysprep",
                "--format",
                "qcow2",
                "--add",
                disk.toString(),
                "--operations",
                OPERATIONS,
                "--no-network"));
        for (var script : scripts) {
            // Not --run: that hands the text to the guest's sh, whatever its first line says.
            var inGuest = IN_GUEST + script.getFileName();
            argv.addAll(List.of("--upload", script + ":" + inGuest));
            argv.addAll(List.of("--run-command", "bash " + inGuest + " && rm -f " + inGuest));
        }
        return argv;
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
                "There are no clean-up scripts (*.sh) in " + folder
                        + ": a template without clean-up would give all its clones one identity",
                "Reinstall cst, or add the scripts for this package family.");
    }

    private void qemuImg(Request request, List<String> argv) {
        processes.check(Command.of(argv).log(request.log()).timeout(LIMIT));
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException ignored) {
            // A leftover in the work folder; the result does not depend on it.
        }
    }
}
