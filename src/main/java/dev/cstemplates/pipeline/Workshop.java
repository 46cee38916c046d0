package dev.cstemplates.pipeline;

import dev.cstemplates.host.CstHome;
import dev.cstemplates.host.Failure;
import dev.cstemplates.host.Folders;
import dev.cstemplates.host.LockFile;
import dev.cstemplates.packer.RenderedProject;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/**
 * The folders of one running build: one for half-done work, gone when the build ends, and one for logs, which stays.
 *
 * <p>Work that a killed process left behind is removed by the next build: its lock is free, so nobody works there.
 */
final class Workshop implements AutoCloseable {

    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);

    private final String id;
    private final Path work;
    private final Path logs;
    private final LockFile lock;

    private Workshop(String id, Path work, Path logs, LockFile lock) {
        this.id = id;
        this.work = work;
        this.logs = logs;
        this.lock = lock;
    }

    static Workshop open(CstHome home, String subject, Clock clock) {
        sweep(home);
        var base = subject + "-" + STAMP.format(clock.instant());
        CstHome.made(home.builds());
        for (var attempt = 1; ; attempt++) {
            var id = attempt == 1 ? base : base + "-" + attempt;
            try {
                var lock = LockFile.tryAcquire(lockOf(home, id));
                if (lock.isPresent()) {
                    Files.createDirectory(home.builds().resolve(id));
                    return new Workshop(
                            id,
                            CstHome.made(home.work().resolve(id)),
                            home.builds().resolve(id),
                            lock.get());
                }
            } catch (FileAlreadyExistsException e) {
                // A build of the same second has this id: take the next one.
            } catch (IOException e) {
                throw Failure.host("The build's folder can't be made: " + e, "Look for a full disk.")
                        .because(e);
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

    /** A new empty folder for half-done work. */
    Path empty(String phase, String name) {
        var folder = work.resolve(phase).resolve(name);
        try {
            Folders.delete(folder);
        } catch (IOException e) {
            throw Failure.host("Old work in " + folder + " can't be removed: " + e, "")
                    .because(e);
        }
        return CstHome.made(folder);
    }

    @Override
    public void close() {
        try {
            Folders.delete(work);
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
                    Folders.delete(folder);
                    lock.get().discard();
                }
            }
        } catch (IOException e) {
            throw Failure.host("Work that a former build left in " + home.work() + " can't be removed: " + e, "")
                    .because(e);
        }
    }
}
