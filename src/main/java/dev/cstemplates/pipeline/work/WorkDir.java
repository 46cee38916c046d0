package dev.cstemplates.pipeline.work;

import dev.cstemplates.core.CstHome;
import dev.cstemplates.core.Failure;
import dev.cstemplates.core.FileTrees;
import dev.cstemplates.core.JsonFiles;
import dev.cstemplates.core.LockFile;
import dev.cstemplates.core.ScratchDirectory;
import dev.cstemplates.host.process.OrphanProcessReaper;
import dev.cstemplates.packer.RenderedProject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The directories of one running build, validation or verification: {@code work/<id>.<unique>/} for half-done work, which is removed when
 * it ends, and {@code builds/<id>/} for logs, which stays.
 *
 * <p>{@value #MARKER} in the work directory says what runs there. When a process is killed, the next one that opens a work directory ends
 * the programs that it left running, deletes its secrets from its logs, and removes its work directory. A directory whose process is alive is
 * never touched; one of an earlier version, which has no lock file, only when it has been unused for a week.
 */
public final class WorkDir implements AutoCloseable {

    static final String MARKER = "work.json";

    private final String id;
    private final ScratchDirectory scratch;
    private final Path logs;
    private final Consumer<String> warnings;
    private boolean isClosed;

    private WorkDir(String id, ScratchDirectory scratch, Path logs, Consumer<String> warnings) {
        this.id = id;
        this.scratch = scratch;
        this.logs = logs;
        this.warnings = warnings;
    }

    /** What runs in a work directory. */
    public enum Kind {
        BUILD,
        VALIDATION,
        VERIFICATION
    }

    /** The marker file. */
    private record Marker(Kind kind, String id, Path logs) {

        Marker {
            // JSON may omit it.
            Objects.requireNonNull(logs, "logs");
        }
    }

    /**
     * Opens the directories of {@code id}, after removing what killed processes left.
     *
     * @param id a file name; a process that lost the same build to this one may still work in its own directories
     * @param warnings notified of what cannot be removed, now or on {@link #close}
     */
    public static WorkDir open(CstHome home, Kind kind, String id, Consumer<String> warnings) {
        OrphanProcessReaper.end(home.root());
        // One at a time: a sweep must not delete secrets from logs that another process has just begun to use.
        try (var _ = LockFile.acquire(home.locks().resolve("work.lock"), () -> {})) {
            ScratchDirectory.sweep(home.work(), "", abandoned -> {
                        // Its process may have been killed only now.
                        OrphanProcessReaper.end(home.root());
                        deleteSecrets(home, abandoned);
                    })
                    .forEach(warnings);
            return create(home, kind, id, warnings);
        } catch (IOException e) {
            throw Failure.host(
                            "Cannot create a work directory in " + home.work() + ": " + e,
                            "Check that the directory is writable and its disk has free space: df -h " + home.root())
                    .because(e);
        }
    }

    private static WorkDir create(CstHome home, Kind kind, String id, Consumer<String> warnings) throws IOException {
        var scratch = ScratchDirectory.create(home.work(), id + ".");
        try {
            var logs = unusedLogs(home, id);
            JsonFiles.write(scratch.path().resolve(MARKER), new Marker(kind, id, logs));
            return new WorkDir(id, scratch, logs, warnings);
        } catch (IOException e) {
            scratch.remove();
            throw e;
        }
    }

    /**
     * {@code builds/<id>}, or {@code builds/<id>.2} and so on where a former owner of the build still works, or where its work directory
     * cannot be removed: each sweep deletes the secrets of its logs again.
     */
    private static Path unusedLogs(CstHome home, String id) throws IOException {
        var used = usedLogs(home);
        var logs = home.builds().resolve(id);
        for (var number = 2; used.contains(logs); number++) {
            logs = home.builds().resolve(id + "." + number);
        }
        return logs;
    }

    private static Set<Path> usedLogs(CstHome home) throws IOException {
        var used = new HashSet<Path>();
        try (var directories = Files.list(home.work())) {
            for (var directory : directories.toList()) {
                markerOf(directory).ifPresent(marker -> used.add(marker.logs()));
            }
        }
        return used;
    }

    private static Optional<Marker> markerOf(Path work) throws IOException {
        try {
            return JsonFiles.readIfValid(work.resolve(MARKER), Marker.class);
        } catch (NotDirectoryException e) {
            return Optional.empty();
        }
    }

    /** Whether the process that works in a directory below {@code home.work()} is alive. */
    public static boolean isInUse(Path work) throws IOException {
        return ScratchDirectory.isInUse(work);
    }

    public String id() {
        return id;
    }

    /** Logs and reports; the directory exists from the first call on. */
    public Path logs() {
        return CstHome.createDirectories(logs);
    }

    /** Half-done work; removed by {@link #close}. */
    public Path path() {
        return scratch.path();
    }

    /** A new empty directory for half-done work of a phase. */
    public Path empty(String phase, String name) {
        var directory = path().resolve(phase).resolve(name);
        FileTrees.deleteOrFail(directory);
        return CstHome.createDirectories(directory);
    }

    /** Removes the work. A failure to do so is a warning: what has succeeded stays successful, and a later sweep tries again. */
    @Override
    public void close() {
        if (isClosed) {
            return;
        }
        isClosed = true;
        try {
            scratch.remove();
        } catch (IOException | Failure e) {
            warnings.accept("Cannot remove the work directory " + path() + ": " + e.getMessage()
                    + ". The next build will try again.");
        }
    }

    /** A killed build could not delete its one-time keys, nor answer files, which may hold a subscription key. */
    private static void deleteSecrets(CstHome home, Path work) throws IOException {
        var marker = markerOf(work);
        var logs = marker.isPresent() ? marker.get().logs() : logsOfEarlierVersion(home, work);
        if (Files.isDirectory(logs) && (marker.isPresent() || !usedLogs(home).contains(logs))) {
            try (var phases = Files.list(logs)) {
                phases.forEach(phase -> RenderedProject.deleteRunFiles(phase.resolve(RenderedProject.DIRECTORY)));
            }
        }
    }

    /** Earlier versions worked in {@code work/<id>} or {@code work/<id>.<number>}. */
    private static Path logsOfEarlierVersion(CstHome home, Path work) {
        return home.builds().resolve(work.getFileName().toString().replaceFirst("\\.\\d+$", ""));
    }
}
