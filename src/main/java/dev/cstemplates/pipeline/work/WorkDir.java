package dev.cstemplates.pipeline.work;

import dev.cstemplates.core.CstHome;
import dev.cstemplates.core.Failure;
import dev.cstemplates.core.FileTrees;
import dev.cstemplates.core.JsonFiles;
import dev.cstemplates.core.ScratchDirectory;
import dev.cstemplates.host.process.OrphanProcessReaper;
import dev.cstemplates.packer.RenderedProject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * The directories of one running build, validation or verification: {@code work/<id>.<unique>/} for half-done work, which is removed when
 * it ends, and {@code builds/<id>/} for logs, which stays.
 *
 * <p>{@value #MARKER} in the work directory says what runs there. When a process is killed, the next one that opens a work directory ends
 * the programs that it left running, deletes its secrets from its logs, and removes its work directory. A directory whose process is alive,
 * or which has no lock file, is never touched.
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
    private record Marker(Kind kind, String id, Path logs) {}

    /**
     * Opens the directories of {@code id}, after removing what killed processes left.
     *
     * @param id a file name; a process that lost the same build to this one may still work in its own directory
     * @param warnings notified of what cannot be removed, now or on {@link #close}
     */
    public static WorkDir open(CstHome home, Kind kind, String id, Consumer<String> warnings) {
        OrphanProcessReaper.end(home.root());
        ScratchDirectory.sweep(home.work(), "", WorkDir::deleteSecrets).forEach(warnings);
        var logs = home.builds().resolve(id);
        try {
            var scratch = ScratchDirectory.create(home.work(), id + ".");
            JsonFiles.write(scratch.path().resolve(MARKER), new Marker(kind, id, logs));
            return new WorkDir(id, scratch, logs, warnings);
        } catch (IOException e) {
            throw Failure.host(
                            "Cannot create a work directory in " + home.work() + ": " + e,
                            "Check that the directory is writable and its disk has free space: df -h " + home.root())
                    .because(e);
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
        return CstHome.made(logs);
    }

    /** Half-done work; removed by {@link #close}. */
    public Path path() {
        return scratch.path();
    }

    /** A new empty directory for half-done work of a phase. */
    public Path empty(String phase, String name) {
        var directory = path().resolve(phase).resolve(name);
        FileTrees.forget(directory);
        return CstHome.made(directory);
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
    private static void deleteSecrets(Path work) throws IOException {
        // Without a valid marker it had not started to work.
        var marker = JsonFiles.readIfValid(work.resolve(MARKER), Marker.class);
        if (marker.isPresent() && Files.isDirectory(marker.get().logs())) {
            try (var phases = Files.list(marker.get().logs())) {
                phases.forEach(phase -> RenderedProject.deleteRunFiles(phase.resolve(RenderedProject.DIRECTORY)));
            }
        }
    }
}
