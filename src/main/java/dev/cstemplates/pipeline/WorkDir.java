package dev.cstemplates.pipeline;

import dev.cstemplates.core.CstHome;
import dev.cstemplates.core.Failure;
import dev.cstemplates.core.FileTrees;
import dev.cstemplates.core.LockFile;
import dev.cstemplates.host.process.OrphanProcessReaper;
import dev.cstemplates.packer.RenderedProject;
import dev.cstemplates.pipeline.phase.PackerPhase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The folders of one running build: one for half-done work, gone when the build ends, and one for logs, which stays.
 *
 * <p>Work that a killed process left behind is removed by the next build, after the programs that it left running: its lock is free,
 * so nobody works there.
 */
public final class WorkDir implements AutoCloseable {

    private final String id;
    private final Path work;
    private final Path logs;
    private final LockFile lock;

    private WorkDir(String id, Path work, Path logs, LockFile lock) {
        this.id = id;
        this.work = work;
        this.logs = logs;
        this.lock = lock;
    }

    /** Opens the folders of a build that begins or goes on. */
    static WorkDir open(CstHome home, String id) {
        OrphanProcessReaper.end(home.root());
        sweep(home);
        var logs = CstHome.made(home.builds().resolve(id));
        for (var attempt = 1; ; attempt++) {
            // Whoever had this build before may not have noticed yet that it lost it.
            var name = attempt == 1 ? id : id + "." + attempt;
            var lock = LockFile.tryAcquire(lockOf(home, name));
            if (lock.isPresent()) {
                return new WorkDir(id, CstHome.made(home.work().resolve(name)), logs, lock.get());
            }
        }
    }

    String id() {
        return id;
    }

    /** Logs and reports of the build, or of one phase. */
    Path logs() {
        return logs;
    }

    /** Where half-done work lies; gone when the build ends. */
    Path work() {
        return work;
    }

    /** Whether somebody works in a build's folder below {@code home.work()}. */
    public static boolean isInUse(CstHome home, Path work) {
        var lock = LockFile.tryAcquire(lockOf(home, work.getFileName().toString()));
        lock.ifPresent(LockFile::close);
        return lock.isEmpty();
    }

    /** A new empty folder for half-done work. */
    Path empty(String phase, String name) {
        var folder = work.resolve(phase).resolve(name);
        try {
            FileTrees.delete(folder);
        } catch (IOException e) {
            throw Failure.host("Old work in " + folder + " can't be removed: " + e, "")
                    .because(e);
        }
        return CstHome.made(folder);
    }

    @Override
    public void close() {
        try {
            FileTrees.delete(work);
        } catch (IOException e) {
            throw Failure.host("The work folder " + work + " can't be removed: " + e, "Remove it by hand.")
                    .because(e);
        } finally {
            lock.discard();
        }
    }

    private static Path lockOf(CstHome home, String id) {
        return home.locks().resolve("build-" + id + ".lock");
    }

    /** A killed build could not remove its one-time keys, nor answers that may hold a subscription's. */
    private static void forgetSecrets(Path logs) throws IOException {
        if (!Files.isDirectory(logs)) {
            return;
        }
        try (var phases = Files.list(logs)) {
            phases.forEach(phase -> RenderedProject.forget(phase.resolve(PackerPhase.PROJECT)));
        }
    }

    private static void sweep(CstHome home) {
        if (!Files.isDirectory(home.work())) {
            return;
        }
        try (var folders = Files.list(home.work())) {
            for (var folder : folders.toList()) {
                var lock = LockFile.tryAcquire(lockOf(home, folder.getFileName().toString()));
                if (lock.isPresent()) {
                    forgetSecrets(home.builds().resolve(folder.getFileName()));
                    FileTrees.delete(folder);
                    lock.get().discard();
                }
            }
        } catch (IOException e) {
            throw Failure.host("Work that a former build left in " + home.work() + " can't be removed: " + e, "")
                    .because(e);
        }
    }
}
