/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.media;

import dev.cstemplates.core.ByteSize;
import dev.cstemplates.core.Digest;
import dev.cstemplates.core.Failure;
import dev.cstemplates.core.FileTrees;
import dev.cstemplates.core.JsonFiles;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * An unfinished download: a file with a temporary name, its digest computed during the download, and the server's ETag or date, so
 * that a later process can resume it.
 */
final class PartialDownload implements BodySink, AutoCloseable {

    private static final Pattern CONTENT_RANGE = Pattern.compile("bytes (\\d{1,18})-(\\d{1,18})/(\\d{1,18}|\\*)");
    private static final long REPORT_EVERY = 1 << 20;

    /** How a server identifies the content of the partial file. */
    private record Note(String url, String validator) {}

    private final Path file;
    private final Path noteFile;
    private final Digest.Algorithm algorithm;
    private final SizeBounds bounds;
    private final MediaListener listener;
    private final FileChannel channel;
    private MessageDigest digest;
    private Optional<Note> note;
    private String asked = "";
    private boolean resumed;
    private long size;
    private long total = -1;
    private long reported;

    private PartialDownload(
            Path file, Digest.Algorithm algorithm, SizeBounds bounds, MediaListener listener, FileChannel channel) {
        this.file = file;
        this.noteFile = noteOf(file);
        this.algorithm = algorithm;
        this.bounds = bounds;
        this.listener = listener;
        this.channel = channel;
        this.digest = algorithm.newDigest();
        this.note = Optional.empty();
    }

    /** Resumes {@code file}, or creates it. The caller holds the lock. */
    static PartialDownload open(Path file, Digest.Algorithm algorithm, SizeBounds bounds, MediaListener listener) {
        try {
            Files.createDirectories(FileTrees.parentOf(file));
            var channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            var part = new PartialDownload(file, algorithm, bounds, listener, channel);
            try {
                part.readWhatIsThere();
            } catch (IOException e) {
                channel.close();
                throw e;
            }
            return part;
        } catch (IOException e) {
            throw unwritable(file, e);
        }
    }

    private void readWhatIsThere() throws IOException {
        size = channel.size();
        note = JsonFiles.readIfValid(noteFile, Note.class);
        if (size == 0 || size > bounds.max().bytes()) {
            restart();
            return;
        }
        Digest.update(List.of(digest), file);
        channel.position(size);
        reported = size;
    }

    long size() {
        return size;
    }

    /** Whether the file was downloaded in several parts, which may not belong together. */
    boolean isResumed() {
        return resumed;
    }

    boolean isWhole(Digest wanted) {
        return size > 0 && digest().equals(wanted);
    }

    /** The digest of the bytes so far. */
    Digest digest() {
        try {
            return Digest.of(algorithm, (MessageDigest) digest.clone());
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("Digests of the JDK can be copied", e);
        }
    }

    /**
     * The headers that request the missing part. {@code If-Range} is sent only to the server that sent the first part, as ETags differ
     * between servers; the digest of the whole file decides.
     */
    Map<String, String> headersFor(URI uri) {
        asked = uri.toString();
        total = -1;
        var headers = new TreeMap<String, String>();
        if (size > 0) {
            headers.put("Range", "bytes=" + size + "-");
            note.filter(known -> known.url().equals(Urls.redacted(uri))
                            && !known.validator().isEmpty())
                    .ifPresent(known -> headers.put("If-Range", known.validator()));
        }
        return headers;
    }

    @Override
    public void start(HttpResponseHead answer) {
        try {
            if (answer.status() == 206) {
                goOn(answer);
            } else {
                restart();
                total = answer.headers().firstValueAsLong("content-length").orElse(-1);
            }
            requireFit(answer);
            saveNote(answer);
        } catch (IOException e) {
            throw unwritable(file, e);
        }
    }

    private void goOn(HttpResponseHead answer) throws IOException {
        var range = CONTENT_RANGE.matcher(
                answer.headers().firstValue("content-range").orElse(""));
        if (!range.matches() || Long.parseLong(range.group(1)) != size) {
            restart();
            throw Failure.remote(
                    Urls.redacted(answer.uri()) + " sent a different part of the file than requested",
                    "Run again; the download restarts from the beginning.",
                    true);
        }
        total = range.group(3).equals("*") ? -1 : Long.parseLong(range.group(3));
        resumed = true;
    }

    private void requireFit(HttpResponseHead answer) throws IOException {
        if (total >= 0 && !bounds.allow(total)) {
            throw outOfBounds(answer.uri(), "has a size of " + new ByteSize(total));
        }
        var missing = total - size;
        var free = Files.getFileStore(file).getUsableSpace();
        if (total >= 0 && missing > free) {
            throw Failure.host(
                    "%s needs %s, but %s has only %s left"
                            .formatted(
                                    Urls.redacted(answer.uri()),
                                    new ByteSize(missing),
                                    FileTrees.parentOf(file),
                                    new ByteSize(free)),
                    "Free disk space there, or choose another folder with --home DIR.");
        }
    }

    @Override
    public void write(ByteBuffer more) {
        if (size + more.remaining() > bounds.max().bytes()) {
            throw refused(URI.create(asked), "continues after " + new ByteSize(size));
        }
        try {
            digest.update(more.duplicate());
            size += more.remaining();
            while (more.hasRemaining()) {
                channel.write(more);
            }
        } catch (IOException e) {
            throw unwritable(file, e);
        }
        if (size - reported >= REPORT_EVERY) {
            report();
        }
    }

    private void report() {
        reported = size;
        listener.progress(size, total);
    }

    /** Called at the end of a body; a {@link Failure} if it is incomplete. */
    void requireEnd(URI uri) {
        report();
        if (total >= 0 && size != total) {
            throw Failure.remote(
                    "%s ended after %d of %d bytes".formatted(Urls.redacted(uri), size, total),
                    "Run again to resume the download.",
                    true);
        }
        if (!bounds.allow(size)) {
            throw refused(uri, "has a size of " + new ByteSize(size));
        }
    }

    /** Deletes what the next mirror must not resume. */
    private Failure refused(URI uri, String what) {
        reset();
        return outOfBounds(uri, what);
    }

    /** Discards everything downloaded so far. */
    void reset() {
        try {
            restart();
        } catch (IOException e) {
            throw unwritable(file, e);
        }
    }

    private void restart() throws IOException {
        channel.truncate(0);
        channel.position(0);
        digest = algorithm.newDigest();
        size = 0;
        reported = 0;
        resumed = false;
        note = Optional.empty();
        Files.deleteIfExists(noteFile);
    }

    /** Deletes the file. */
    void discard() {
        try {
            channel.close();
            Files.deleteIfExists(file);
            Files.deleteIfExists(noteFile);
        } catch (IOException e) {
            throw unwritable(file, e);
        }
    }

    /** Syncs and closes the finished file. */
    Path finish() {
        try {
            channel.force(true);
            channel.close();
            Files.deleteIfExists(noteFile);
            return file;
        } catch (IOException e) {
            throw unwritable(file, e);
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
            if (Files.exists(file) && Files.size(file) == 0) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw unwritable(file, e);
        }
    }

    private Failure outOfBounds(URI uri, String what) {
        return Failure.build(
                "%s %s, which is outside of %s".formatted(Urls.redacted(uri), what, bounds),
                "Check what the mirror delivers; if it is correct, change the size limits in the definition.");
    }

    private void saveNote(HttpResponseHead answer) throws IOException {
        var etag = answer.headers().firstValue("etag").filter(each -> each.startsWith("\""));
        var validator =
                etag.or(() -> answer.headers().firstValue("last-modified")).orElse("");
        note = Optional.of(new Note(Urls.redacted(URI.create(asked)), validator));
        JsonFiles.write(noteFile, note.get());
    }

    private static Path noteOf(Path file) {
        return file.resolveSibling(file.getFileName() + ".json");
    }

    private static Failure unwritable(Path file, IOException e) {
        return Failure.host("Cannot write " + file + ": " + e, "Check for a full disk: df -h " + file.getParent())
                .because(e);
    }
}
