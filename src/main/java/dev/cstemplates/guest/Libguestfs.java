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
 * Runs libguestfs's programs. Each boots a small virtual machine (the appliance) that opens the disk, so that nothing of a guest ever runs
 * or is mounted on the host itself.
 */
public final class Libguestfs {

    /** QEMU stops an appliance when the disk is full, and its program waits forever. */
    private static final Duration FULL_DISK_LIMIT = Duration.ofMinutes(1);

    private static final String NOT_STARTING = "libguestfs cannot start its appliance: ";

    private final Processes processes;
    private final Accelerator accelerator;
    private final Architecture guest;
    private final Path workFolder;

    /**
     * @param accelerator of the appliance; libguestfs itself would try KVM, and hang where KVM hangs
     * @param guest architecture of the programs on the disks; the appliance emulates it if it is not this host's
     * @param workFolder for temporary files; created if missing
     */
    public Libguestfs(Processes processes, Accelerator accelerator, Architecture guest, Path workFolder) {
        this.processes = processes;
        this.accelerator = accelerator;
        this.guest = guest;
        this.workFolder = workFolder;
    }

    /**
     * Runs one of libguestfs's programs, for example {@code virt-sysprep}, which must succeed.
     *
     * @param activity receives each line of its output
     * @throws Failure of kind HOST when the appliance cannot start, of kind BUILD when the program fails
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
     * Runs guestfish commands. {@code sh} and {@code command} can run the guest's programs of any architecture.
     *
     * @param options guestfish options before the commands, for example {@code --ro}, {@code --add}, {@code --inspector}
     * @param script guestfish commands, one per line
     * @param activity receives each line of its output
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

    /** Environment variables for libguestfs's programs, also for those started by other programs. */
    public Map<String, String> environment() {
        var temporary = makeFolder(workFolder.toAbsolutePath());
        var environment = new TreeMap<String, String>();
        // Not libvirt: it runs as another user, who cannot read a private work directory.
        environment.put("LIBGUESTFS_BACKEND", "direct");
        environment.put("TMPDIR", temporary.toString());
        if (accelerator == Accelerator.TCG) {
            environment.put("LIBGUESTFS_BACKEND_SETTINGS", "force_tcg");
        }
        // All builds of this user share one appliance: with TMPDIR alone, each build would create its own.
        environment.put("LIBGUESTFS_CACHEDIR", System.getenv().getOrDefault("LIBGUESTFS_CACHEDIR", "/var/tmp"));
        return environment;
    }

    private static Failure failureOf(Processes.Result result, Path log) {
        var output = result.output();
        if (output.contains("supermin: failed to find a suitable kernel")
                || output.contains("cannot find any suitable kernel")) {
            return Failure.host(
                    NOT_STARTING + "no kernel in /boot.", "Run: cst doctor --fix. Or set SUPERMIN_KERNEL to a kernel.");
        }
        if (output.matches("(?s).*(/boot/vmlinuz|/boot/vmlinux)[^\\n]*Permission denied.*")) {
            return Failure.host(
                    NOT_STARTING + "this user cannot read the kernel in /boot.", "Run: sudo chmod a+r /boot/vmlinuz-*");
        }
        var exhausted = ResourceExhaustion.in(output);
        if (exhausted.isPresent()) {
            return exhausted.get().adding(Processes.describe(result));
        }
        if (output.contains("appliance closed the connection unexpectedly")
                || output.contains("timed out waiting for guestfsd")) {
            return Failure.host(
                            "libguestfs's appliance exited unexpectedly: " + Processes.describe(result),
                            "Usually the host is overloaded or ran out of memory; see the log: " + log)
                    .worthRetrying();
        }
        if (output.contains("guestfs_launch failed") || output.contains("supermin: ")) {
            return Failure.host(
                    NOT_STARTING + Processes.describe(result),
                    "Run 'libguestfs-test-tool' to find the cause; see the log: " + log);
        }
        return Failure.build(Processes.describe(result), "Full output: " + log);
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
                        "Cannot write to the work directory " + workFolder + ": " + cause.getMessage(),
                        "Check free disk space and permissions.")
                .because(cause);
    }

    private static void deleteQuietly(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException ignored) {
            // Deleted with the work directory.
        }
    }
}
