package dev.cstemplates.guest;

import dev.cstemplates.core.Accelerator;
import dev.cstemplates.core.Architecture;
import dev.cstemplates.core.Failure;
import dev.cstemplates.core.ResourceExhaustion;
import dev.cstemplates.host.process.Command;
import dev.cstemplates.host.process.Processes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Runs libguestfs' programs: each starts a small virtual machine (the appliance) that opens the disk, so that no part of a guest
 * ever runs or is mounted on the host itself.
 */
public final class Libguestfs {

    /** QEMU stops an appliance that finds no room for what it writes, and its program waits for it. */
    private static final Duration FULL_DISK_LIMIT = Duration.ofMinutes(1);

    private static final String NOT_STARTING = "libguestfs can't start its appliance: ";

    private final Processes processes;
    private final Accelerator accelerator;
    private final Architecture guest;
    private final Path workFolder;

    /**
     * @param accelerator how the appliance runs; libguestfs would try KVM by itself and hang where KVM does
     * @param guest what the programs on the disks are for; where that is not this host's, the appliance emulates it for them
     * @param workFolder holds its temporary files; made when missing
     */
    public Libguestfs(Processes processes, Accelerator accelerator, Architecture guest, Path workFolder) {
        this.processes = processes;
        this.accelerator = accelerator;
        this.guest = guest;
        this.workFolder = workFolder;
    }

    /**
     * Runs one of libguestfs' programs, for example {@code virt-sysprep}, to its success.
     *
     * @param activity told each line of its output
     * @throws Failure of kind HOST when the appliance can't start, of kind BUILD when the program fails in it
     */
    public Processes.Result run(List<String> argv, Path log, Duration limit, Consumer<String> activity) {
        var command = Command.of(argv)
                .env(environment())
                .log(log)
                .timeout(limit)
                .endOnFullDisk(workFolder, FULL_DISK_LIMIT)
                .onLine(activity);
        var result = processes.run(command);
        if (!result.succeeded()) {
            throw failureOf(result, log);
        }
        return result;
    }

    /**
     * Runs guestfish commands. {@code sh} and {@code command} can run the guest's own programs, whatever they are for.
     *
     * @param options guestfish options that come before the commands, for example {@code --ro}, {@code --add}, {@code --inspector}
     * @param script one command a line, in guestfish's own language
     * @param activity told each line of its output
     */
    public Processes.Result guestfish(
            List<String> options, List<String> script, Path log, Duration limit, Consumer<String> activity) {
        try (var emulation = ForeignArchSupport.of(guest, makeFolder(workFolder.toAbsolutePath()))) {
            var file = writeScript(emulation.begin(script));
            try {
                var argv = new ArrayList<>(List.of("guestfish"));
                argv.addAll(options);
                argv.addAll(emulation.options());
                argv.addAll(List.of("--file", file.toString()));
                return run(argv, log, limit, activity);
            } finally {
                deleteQuietly(file);
            }
        }
    }

    /** What libguestfs' programs need in their environment; also for those that other programs start. */
    public Map<String, String> environment() {
        var temporary = makeFolder(workFolder.toAbsolutePath());
        var environment = new TreeMap<String, String>();
        // No libvirt: it runs as another user, who can't read a private work folder.
        environment.put("LIBGUESTFS_BACKEND", "direct");
        environment.put("TMPDIR", temporary.toString());
        if (accelerator == Accelerator.TCG) {
            environment.put("LIBGUESTFS_BACKEND_SETTINGS", "force_tcg");
        }
        // The appliance is the same for all builds of this user: TMPDIR would otherwise make each build its own.
        environment.put("LIBGUESTFS_CACHEDIR", System.getenv().getOrDefault("LIBGUESTFS_CACHEDIR", "/var/tmp"));
        return environment;
    }

    private static Failure failureOf(Processes.Result result, Path log) {
        var output = result.output();
        if (output.contains("supermin: failed to find a suitable kernel")
                || output.contains("cannot find any suitable kernel")) {
            return Failure.host(
                    NOT_STARTING + "there is no kernel under /boot that it could boot.",
                    "Install one (Debian: apt-get install linux-image-cloud-amd64), or set SUPERMIN_KERNEL to one.");
        }
        if (output.matches("(?s).*(/boot/vmlinuz|/boot/vmlinux)[^\\n]*Permission denied.*")) {
            return Failure.host(
                    NOT_STARTING + "this user may not read the kernel under /boot.",
                    "Run: sudo chmod a+r /boot/vmlinuz-*");
        }
        var shortage = ResourceExhaustion.in(output);
        if (shortage.isPresent()) {
            return shortage.get().adding(Processes.describe(result));
        }
        if (output.contains("appliance closed the connection unexpectedly")
                || output.contains("timed out waiting for guestfsd")) {
            return Failure.host(
                            "libguestfs' appliance went away: " + Processes.describe(result),
                            "Mostly its host is overloaded or killed it for its memory; the log: " + log)
                    .worthRetrying();
        }
        if (output.contains("guestfs_launch failed") || output.contains("supermin: ")) {
            return Failure.host(
                    NOT_STARTING + Processes.describe(result),
                    "Run 'libguestfs-test-tool' to see why; the log: " + log);
        }
        return Failure.build(Processes.describe(result), "Its whole output: " + log);
    }

    private Path writeScript(List<String> script) {
        try {
            var file = Files.createTempFile(makeFolder(workFolder), "script", ".guestfish");
            return Files.write(file, script);
        } catch (IOException e) {
            throw notWritable(e);
        }
    }

    private Path makeFolder(Path folder) {
        try {
            return Files.createDirectories(folder);
        } catch (IOException e) {
            throw notWritable(e);
        }
    }

    private Failure notWritable(IOException cause) {
        return Failure.host(
                        "The work folder " + workFolder + " can't be written: " + cause.getMessage(),
                        "Look for a full disk, or for its owner.")
                .because(cause);
    }

    private static void deleteQuietly(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException ignored) {
            // Goes with the work folder.
        }
    }
}
