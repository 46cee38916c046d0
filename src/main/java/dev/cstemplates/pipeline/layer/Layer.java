package dev.cstemplates.pipeline.layer;

import dev.cstemplates.core.CanonicalText;
import dev.cstemplates.core.Sha256;
import java.nio.file.Path;
import java.time.Instant;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a phase left, on disk, never changed afterwards.
 *
 * @param phase the phase that left it
 * @param subject what it belongs to, for example {@code debian-12-x86_64}
 * @param key digest of everything that went into it
 * @param inputs what went into it, by name
 * @param files what it holds, by file name
 * @param folder where it lies
 */
public record Layer(
        String phase,
        String subject,
        Sha256 key,
        SortedMap<String, String> inputs,
        SortedMap<String, Content> files,
        Instant createdAt,
        Path folder) {

    /**
     * One file of a layer.
     *
     * @param size in bytes
     */
    public record Content(long size, Sha256 sha256) {}

    /** What its files have together, in bytes. */
    public long size() {
        return files.values().stream().mapToLong(Content::size).sum();
    }

    /** Digest of what it holds: the next phase's key depends on it, so a repeated phase with a new result is seen. */
    public Sha256 identity() {
        var values = new TreeMap<String, String>();
        files.forEach((name, content) -> values.put(
                "file " + name, content.size() + " " + content.sha256().hex()));
        return Sha256.of(CanonicalText.of("cst-layer-content/1", values));
    }
}
