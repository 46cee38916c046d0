/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.pipeline.layer;

import dev.cstemplates.core.CanonicalText;
import dev.cstemplates.core.Sha256;
import java.nio.file.Path;
import java.time.Instant;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The result of a phase: files on disk that never change.
 *
 * @param phase the phase that created it
 * @param subject template and architecture, for example {@code debian-12-x86_64}
 * @param key digest of the inputs
 * @param inputs everything that the result depends on, by name
 * @param files size and digest of each file, by path in the folder
 * @param folder its directory
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

    /** Total size of its files in bytes. */
    public long size() {
        return files.values().stream().mapToLong(Content::size).sum();
    }

    /** Digest of the content. The next phase's key depends on it, so a repeated phase with the same result changes nothing after it. */
    public Sha256 identity() {
        var values = new TreeMap<String, String>();
        files.forEach((name, content) -> values.put(
                "file " + name, content.size() + " " + content.sha256().hex()));
        return Sha256.of(CanonicalText.of("cst-layer-content/1", values));
    }
}
