package dev.cstemplates.core;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where this tool keeps its state.
 *
 * @param root absolute; created when first written to
 */
public record CstHome(Path root) {

    /** {@code --home}, else {@code $CST_HOME}, else {@code $XDG_DATA_HOME/cst}, else {@code ~/.local/share/cst}. */
    public static CstHome find(@Nullable Path option, Map<String, String> environment) {
        if (option != null) {
            return new CstHome(option.toAbsolutePath().normalize());
        }
        var own = environment.getOrDefault("CST_HOME", "");
        if (!own.isBlank()) {
            return new CstHome(Path.of(own).toAbsolutePath().normalize());
        }
        var xdg = environment.getOrDefault("XDG_DATA_HOME", "");
        var data = xdg.isBlank() ? Path.of(System.getProperty("user.home"), ".local", "share") : Path.of(xdg);
        return new CstHome(data.resolve("cst").toAbsolutePath().normalize());
    }

    /** Disks that phases produced, one folder per layer. */
    public Path layers() {
        return root.resolve("layers");
    }

    /** Finished artifacts: {@code <id>/<version>/}. */
    public Path artifacts() {
        return root.resolve("artifacts");
    }

    /** One folder per build: logs, rendered projects, reports. */
    public Path builds() {
        return root.resolve("builds");
    }

    /** Unfinished work; later runs never reuse it. */
    public Path work() {
        return root.resolve("work");
    }

    /** Verified installer media, shared by all builds. */
    public Path media() {
        return root.resolve("cache").resolve("media");
    }

    public Path locks() {
        return root.resolve("locks");
    }

    /** Cached facts about this host. */
    public Path host() {
        return root.resolve("host");
    }

    /** Creates {@code folder} and its parents if necessary; a {@link Failure} of kind host if that fails. */
    public static Path createDirectories(Path folder) {
        try {
            return Files.createDirectories(folder);
        } catch (IOException e) {
            throw Failure.host(
                            "Cannot create " + folder + ": " + e,
                            "Choose another place with --home DIR, or make this path writable.")
                    .because(e);
        }
    }
}
