/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.media;

import dev.cstemplates.core.Digest;
import dev.cstemplates.core.Failure;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where a medium comes from and how it is verified.
 *
 * @param id names the source in messages and caches: {@code almalinux-10-x86_64-iso}
 * @param mirrors tried in this order: the vendor's, fallbacks, archives; may be empty for a pinned local file
 * @param checksums the vendor's checksum file; empty if the medium is pinned
 * @param local a file used instead of a download, and verified like one
 */
public record MediaSource(
        String id,
        Selection selection,
        List<Mirror> mirrors,
        Optional<Checksums> checksums,
        SizeBounds size,
        Optional<Path> local) {

    /** The same mirrors, asked for one exact file. */
    public MediaSource pinnedTo(String fileName, Digest digest) {
        return new MediaSource(id, new Selection.Pinned(fileName, fileName, digest), mirrors, checksums, size, local);
    }

    /** The same source with {@code mirror} tried first. */
    public MediaSource preferring(Mirror mirror) {
        return new MediaSource(
                id,
                selection,
                Stream.concat(Stream.of(mirror), mirrors.stream()).toList(),
                checksums,
                size,
                local);
    }

    public MediaSource {
        FileNames.require(id);
        mirrors = List.copyOf(mirrors);
        var pinned = selection instanceof Selection.Pinned;
        if (!pinned && (checksums.isEmpty() || mirrors.isEmpty())) {
            throw Failure.usage(
                    "There is neither a digest nor a checksum file for " + id,
                    "Pin the medium with the digest that the vendor shows, or set its checksum file.");
        }
        if (mirrors.isEmpty() && local.isEmpty()) {
            throw Failure.usage(
                    "There is neither a mirror nor a local file for " + id,
                    "Set a mirror, or pass the file that you downloaded.");
        }
        if (selection instanceof Selection.Newest
                && checksums.filter(Checksums::isDerivedFromMedium).isPresent()) {
            throw Failure.usage(
                    "The checksum file of " + id + " is named after the medium, whose name is not known yet",
                    "Set the medium's exact name, or a checksum file that lists all media.");
        }
    }
}
