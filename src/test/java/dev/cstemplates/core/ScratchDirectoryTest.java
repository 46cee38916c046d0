package dev.cstemplates.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScratchDirectoryTest {

    @TempDir
    Path parent;

    @Test
    void directoryInUseIsNotSwept() throws IOException {
        var scratch = ScratchDirectory.create(parent, "build.");
        Files.writeString(scratch.path().resolve("half"), "half a disk");

        assertThat(ScratchDirectory.sweep(parent, "", directory -> {})).isEmpty();

        assertThat(scratch.path().resolve("half")).exists();
        assertThat(ScratchDirectory.isInUse(scratch.path())).isTrue();
        scratch.remove();
        assertThat(parent).isEmptyDirectory();
    }

    @Test
    void directoryOfAKilledProcessIsSweptAfterItsCallback() throws IOException {
        var left = Files.createDirectories(parent.resolve("build.1"));
        Files.createFile(left.resolve(ScratchDirectory.LOCK));
        Files.createDirectories(left.resolve("a/b"));
        var abandoned = new ArrayList<Path>();

        assertThat(ScratchDirectory.sweep(parent, "build.", abandoned::add)).isEmpty();

        assertThat(abandoned).containsExactly(left);
        assertThat(parent).isEmptyDirectory();
    }

    @Test
    void directoriesWithoutLockFileOrWithAnotherNameAreKept() throws IOException {
        var notOurs = Files.createDirectories(parent.resolve("build.mine"));
        Files.writeString(notOurs.resolve("notes"), "mine");
        var other = Files.createDirectories(parent.resolve("other"));
        Files.createFile(other.resolve(ScratchDirectory.LOCK));

        ScratchDirectory.sweep(parent, "build.", directory -> {});

        assertThat(notOurs.resolve("notes")).hasContent("mine");
        assertThat(other).isNotEmptyDirectory();
    }

    @Test
    void unusedDirectoryWithoutLockFileIsRemovedAfterAWeek() throws Exception {
        var unused = withoutLock("build.unused");
        var changed = withoutLock("build.changed");
        var disk = Files.writeString(changed.resolve("a/disk"), "changed today");
        var open = withoutLock("build.open");
        var program = new ProcessBuilder("sleep", "600")
                .directory(open.resolve("a").toFile())
                .start();
        try {
            assertThat(ScratchDirectory.sweep(parent, "build.", directory -> {}))
                    .isEmpty();
        } finally {
            program.destroyForcibly().waitFor();
        }

        assertThat(unused).doesNotExist();
        assertThat(disk).hasContent("changed today");
        assertThat(open.resolve("a/disk")).exists();
    }

    private Path withoutLock(String name) throws IOException {
        var directory = parent.resolve(name);
        var disk = Files.writeString(
                Files.createDirectories(directory.resolve("a")).resolve("disk"), "half");
        var weekAgo = FileTime.from(Instant.now().minus(Duration.ofDays(8)));
        for (var each : List.of(disk, directory.resolve("a"), directory)) {
            Files.setLastModifiedTime(each, weekAgo);
        }
        return directory;
    }

    @Test
    void unremovableDirectoryIsReportedAndTheOthersAreSwept() throws IOException {
        for (var name : new String[] {"1", "2"}) {
            Files.createFile(Files.createDirectories(parent.resolve(name)).resolve(ScratchDirectory.LOCK));
        }

        var problems = ScratchDirectory.sweep(parent, "", directory -> {
            if (directory.endsWith("1")) {
                throw new IOException("its secrets cannot be deleted");
            }
        });

        assertThat(problems).singleElement().asString().contains(parent.resolve("1") + "", "its secrets cannot");
        assertThat(parent.resolve("1")).exists();
        assertThat(parent.resolve("2")).doesNotExist();
    }

    /** Concurrent create, sweep and remove: a directory exists until its owner removes it. */
    @Test
    void sweepNeverRemovesADirectoryThatIsBeingCreated() throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var results = new ArrayList<Future<?>>();
            for (var i = 0; i < 4; i++) {
                results.add(threads.submit(() -> {
                    for (var round = 0; round < 100; round++) {
                        ScratchDirectory.sweep(parent, "", directory -> {});
                        var scratch = ScratchDirectory.create(parent, "same-name.");
                        var file = Files.writeString(scratch.path().resolve("result"), "whole");
                        assertThat(file).hasContent("whole");
                        scratch.remove();
                    }
                    return null;
                }));
            }
            for (var result : results) {
                result.get();
            }
        }
        assertThat(parent).isEmptyDirectory();
    }
}
