package dev.cstemplates.core;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Stream;

/**
 * Work directories without a lock file, as earlier versions created them: no lock proves that their process is gone. One is stale when
 * nothing in it has changed for longer than any build takes, and no process has it open.
 */
final class StaleDirectory {

    private static final Duration AGE = Duration.ofDays(7);

    private StaleDirectory() {}

    static boolean isStale(Path directory) throws IOException {
        var limit = Instant.now().minus(AGE);
        return isOwn(directory)
                && Files.getLastModifiedTime(directory).toInstant().isBefore(limit)
                && isUnchangedSince(limit, directory)
                && !isOpen(directory.toRealPath());
    }

    /** Processes of other users cannot be inspected. */
    private static boolean isOwn(Path directory) throws IOException {
        return Files.getOwner(directory, LinkOption.NOFOLLOW_LINKS).equals(Files.getOwner(Path.of("/proc/self")));
    }

    private static boolean isUnchangedSince(Instant limit, Path directory) throws IOException {
        try (var files = Files.walk(directory)) {
            for (var file : files.toList()) {
                if (!Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS)
                        .toInstant()
                        .isBefore(limit)) {
                    return false;
                }
            }
            return true;
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static boolean isOpen(Path directory) {
        return ProcessHandle.allProcesses()
                .map(process -> Path.of("/proc", Long.toString(process.pid())))
                .flatMap(process -> Stream.concat(Stream.of(process.resolve("cwd")), children(process.resolve("fd"))))
                .anyMatch(link -> leadsInto(directory, link));
    }

    private static Stream<Path> children(Path folder) {
        try (var children = Files.list(folder)) {
            return children.toList().stream();
        } catch (IOException | UncheckedIOException e) {
            // Exited, or another user's.
            return Stream.of();
        }
    }

    private static boolean leadsInto(Path directory, Path link) {
        try {
            return Files.readSymbolicLink(link).startsWith(directory);
        } catch (IOException e) {
            return false;
        }
    }
}
