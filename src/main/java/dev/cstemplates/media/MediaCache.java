/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.media;

import dev.cstemplates.core.AtomicFiles;
import dev.cstemplates.core.ByteSize;
import dev.cstemplates.core.Digest;
import dev.cstemplates.core.Failure;
import dev.cstemplates.core.FileTrees;
import dev.cstemplates.core.JsonFiles;
import dev.cstemplates.core.LockFile;
import dev.cstemplates.core.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Media on this host, one folder per digest: {@code <algorithm>-<digest>/<file>} and {@code medium.json}.
 *
 * <p>The record is written before the file gets its name, so every file has a record; a file without one is deleted.
 */
final class MediaCache {

    private static final String RECORD = "medium.json";
    private static final String PART = "download.part";

    private static final Pattern FOLDER = Pattern.compile("sha(?:256|512)-([0-9a-f]{12})[0-9a-f]+");

    private final Path root;
    private final Path locks;
    private final Clock clock;

    MediaCache(Path root, Path locks, Clock clock) {
        this.root = root;
        this.locks = locks;
        this.clock = clock;
    }

    /** Locks this content against other processes and threads; waits for the lock. */
    LockFile lock(Digest digest, Runnable onWait) {
        return LockFile.acquire(lockOf(digest.shortened()), onWait);
    }

    /** File of the unfinished download. */
    Path part(Digest digest) {
        return folder(digest).resolve(PART);
    }

    /** The file with this content. A file modified since it was verified is read again, and deleted if its content changed. */
    Optional<Path> find(Digest digest, MediaListener listener) {
        var record = folder(digest).resolve(RECORD);
        try {
            var kept = JsonFiles.readIfValid(record, CacheRecord.class)
                    .filter(each -> each.digest().equals(digest) && FileNames.isPlain(each.fileName()));
            if (kept.isEmpty()) {
                delete(digest);
                return Optional.empty();
            }
            var file = folder(digest).resolve(kept.get().fileName());
            if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                return Optional.empty();
            }
            if (kept.get().isUntouched(file)) {
                // The record's modification time is the medium's last use.
                Files.setLastModifiedTime(record, FileTime.from(clock.instant()));
                return Optional.of(file);
            }
            listener.notice(file + " was modified since it was verified; verifying it again");
            if (Digest.of(digest.algorithm(), file).equals(digest)) {
                JsonFiles.write(record, CacheRecord.of(file, kept.get().fileName(), digest));
                return Optional.of(file);
            }
            listener.notice("The content of " + file + " has changed since it was verified; deleting it");
            delete(digest);
            return Optional.empty();
        } catch (IOException e) {
            throw unusable(folder(digest), e);
        }
    }

    /** Adds a finished download whose digest was verified. */
    Path keep(PartialDownload part, String fileName, Digest digest) {
        var folder = folder(digest);
        var finished = part.finish();
        try {
            delete(digest);
            JsonFiles.write(folder.resolve(RECORD), CacheRecord.of(finished, fileName, digest));
            var file = folder.resolve(fileName);
            AtomicFiles.replace(finished, file);
            return file;
        } catch (IOException e) {
            throw unusable(folder, e);
        }
    }

    /** Verifies a file outside the cache; the result is remembered until the file is modified. */
    boolean isContentOf(Path file, Digest digest) {
        var record = root.resolve("local").resolve(Sha256.of(file.toString()) + ".json");
        try {
            var known = JsonFiles.readIfValid(record, CacheRecord.class)
                    .filter(each -> each.digest().equals(digest));
            if (known.isPresent() && known.get().isUntouched(file)) {
                return true;
            }
            var before = CacheRecord.of(file, "local", digest);
            if (!Digest.of(digest.algorithm(), file).equals(digest)) {
                Files.deleteIfExists(record);
                return false;
            }
            JsonFiles.write(record, before);
            return true;
        } catch (IOException e) {
            throw Failure.host("Cannot read " + file + ": " + e, "Check that the file exists and is readable.")
                    .because(e);
        }
    }

    /** Media and unfinished downloads not used since {@code since}. */
    List<StaleCacheEntry> idle(Instant since) {
        if (!Files.isDirectory(root)) {
            return List.of();
        }
        try (var folders = Files.list(root)) {
            var idle = new ArrayList<StaleCacheEntry>();
            for (var folder : folders.filter(
                            each -> FOLDER.matcher(each.getFileName() + "").matches())
                    .sorted()
                    .toList()) {
                var medium = look(folder);
                if (medium.usedAt().isBefore(since)) {
                    idle.add(medium);
                }
            }
            return idle;
        } catch (IOException e) {
            throw unusable(root, e);
        }
    }

    /** Removes a medium unless another process holds its lock; returns whether it was removed. */
    boolean remove(StaleCacheEntry medium) {
        var name = FOLDER.matcher(medium.folder().getFileName().toString());
        if (!name.matches()) {
            throw new IllegalArgumentException("Not a folder of the media cache: " + medium.folder());
        }
        var lock = LockFile.tryAcquire(lockOf(name.group(1)));
        if (lock.isEmpty()) {
            return false;
        }
        try (var _ = lock.get()) {
            FileTrees.delete(medium.folder());
            return true;
        } catch (IOException e) {
            throw unusable(medium.folder(), e);
        }
    }

    private Path lockOf(String shortened) {
        return locks.resolve("media-" + shortened + ".lock");
    }

    private static StaleCacheEntry look(Path folder) throws IOException {
        var name = "nothing";
        var size = 0L;
        var usedAt = Instant.EPOCH;
        try (var files = Files.list(folder)) {
            for (var file : files.toList()) {
                var modified = Files.getLastModifiedTime(file).toInstant();
                usedAt = modified.isAfter(usedAt) ? modified : usedAt;
                size += Files.size(file);
                if (!file.endsWith(RECORD)) {
                    name = file.getFileName().toString();
                }
            }
        }
        var record = folder.resolve(RECORD);
        return new StaleCacheEntry(
                name,
                new ByteSize(size),
                Files.exists(record) ? Files.getLastModifiedTime(record).toInstant() : usedAt,
                folder);
    }

    private Path folder(Digest digest) {
        return root.resolve(digest.fileName());
    }

    /** Deletes the files in a content's folder except an unfinished download. */
    private void delete(Digest digest) throws IOException {
        var folder = folder(digest);
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (var files = Files.list(folder)) {
            for (var file : files.toList()) {
                if (!String.valueOf(file.getFileName()).startsWith(PART)) {
                    FileTrees.delete(file);
                }
            }
        }
    }

    private static Failure unusable(Path folder, IOException e) {
        return Failure.host(
                        "Cannot use the media cache " + folder + ": " + e,
                        "Check that the folder is writable and its disk not full: df -h " + folder)
                .because(e);
    }
}
