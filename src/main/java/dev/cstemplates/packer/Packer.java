package dev.cstemplates.packer;

import dev.cstemplates.core.CstHome;
import dev.cstemplates.core.Failure;
import dev.cstemplates.core.ScratchDirectory;
import dev.cstemplates.core.Version;
import dev.cstemplates.host.FixCommand;
import dev.cstemplates.host.PackerRequirements;
import dev.cstemplates.host.process.Command;
import dev.cstemplates.host.process.Processes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The Packer program of this host.
 *
 * @param program name on the path, or a file
 * @param version as it reports
 * @param cache folder for its caches, shared by all builds: its locks prevent two builds from using the same port
 */
public record Packer(String program, Version version, Path cache) {

    /** Prefix of temporary folders. */
    private static final String SESSION = "cst-p";

    private static final Duration LIMIT = Duration.ofSeconds(60);

    /** Packer and its plugins communicate by sockets in the temporary folder; a socket's path is limited to 107 bytes. */
    private static final int LONGEST_TEMPORARY_PATH = 70;

    /**
     * Finds the Packer called {@code program} and checks its version and, if it has no built-in builders, its QEMU plugin. A {@link
     * Failure} of kind host if it cannot be used.
     */
    public static Packer find(String program, Path cache, Processes processes) {
        var asked = processes.check(
                Command.of(program, "version").env("CHECKPOINT_DISABLE", "1").timeout(LIMIT));
        var version = usable(asked.output());
        if (PackerRequirements.needsPlugin(version)) {
            var listed = processes.check(Command.of(program, "plugins", "installed")
                    .env("CHECKPOINT_DISABLE", "1")
                    .timeout(LIMIT));
            requireUsablePlugin(listed.output());
        }
        return new Packer(program, version, cache);
    }

    private static Version usable(String output) {
        var version = PackerRequirements.versionIn(output)
                .orElseThrow(() -> Failure.host(
                        "The program 'packer' is not HashiCorp's Packer; 'packer version' prints: " + output,
                        "Put HashiCorp's Packer first on the PATH."));
        if (version.isBefore(PackerRequirements.MINIMUM)) {
            throw Failure.host(
                    "Packer " + version + " is too old",
                    "Install Packer " + PackerRequirements.MINIMUM + " or later ('cst doctor' says how).");
        }
        return version;
    }

    private static void requireUsablePlugin(String listed) {
        var plugin = PackerRequirements.pluginIn(listed);
        if (plugin.isEmpty()) {
            throw Failure.host("Packer's QEMU plugin is not installed", installPlugin(plugin));
        }
        if (PackerRequirements.isBroken(plugin.get())) {
            throw Failure.host(
                    "Packer's QEMU plugin " + plugin.get() + " powers guests off before their installer has finished",
                    installPlugin(plugin));
        }
    }

    private static String installPlugin(Optional<Version> present) {
        return "Run: " + FixCommand.line(PackerRequirements.installPlugin(present), true);
    }

    /** Creates a temporary folder for one run. */
    Session session() {
        CstHome.createDirectories(cache);
        var tmp = CstHome.createDirectories(cache.resolve("tmp"));
        var below =
                tmp.toString().length() > LONGEST_TEMPORARY_PATH ? Path.of(System.getProperty("java.io.tmpdir")) : tmp;
        try {
            // A killed run may leave a CD image whose answers contain a subscription key. Earlier versions had the lock
            // file next to the folder. Folders that cannot be removed may belong to another user.
            ScratchDirectory.sweep(
                    below,
                    SESSION,
                    folder -> Files.deleteIfExists(folder.resolveSibling(folder.getFileName() + ".lock")));
            return new Session(this, ScratchDirectory.create(below, SESSION, ProjectFolder.OWNER_ENTERS));
        } catch (IOException e) {
            throw Failure.host(
                            "Cannot create a temporary directory for Packer in " + below + ": " + e,
                            "Check that the directory is writable and its disk has free space.")
                    .because(e);
        }
    }

    /** One run's temporary folder; closing it removes it. */
    record Session(Packer packer, ScratchDirectory scratch) implements AutoCloseable {

        /** Packer with machine-readable output, in its own folders, without telemetry or update checks. */
        Command command(String... arguments) {
            var argv = new ArrayList<>(List.of(packer.program, "-machine-readable"));
            argv.addAll(List.of(arguments));
            var command = Command.of(argv)
                    .env("CHECKPOINT_DISABLE", "1")
                    .env("PACKER_CACHE_DIR", packer.cache.toString())
                    .env("TMPDIR", scratch.path().toString());
            // Newer versions search the user's configuration folder for plugins.
            return PackerRequirements.needsPlugin(packer.version)
                    ? command
                    : command.env("PACKER_CONFIG_DIR", packer.cache.toString());
        }

        @Override
        public void close() {
            try {
                scratch.remove();
            } catch (IOException e) {
                // A killed builder may leave files of another user id. That must not fail a finished disk.
            }
        }
    }
}
