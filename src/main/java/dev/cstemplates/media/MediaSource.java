package dev.cstemplates.media;

import dev.cstemplates.core.Digest;
import dev.cstemplates.core.Failure;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where one medium comes from, and what has to be true of it.
 *
 * @param id names the source in messages and in what is remembered of it: {@code almalinux-10-x86_64-iso}
 * @param mirrors tried in this order: the vendor's own, fallbacks, archives; may be empty with a local file that is pinned
 * @param checksums how the vendor states digests; empty where the medium is pinned
 * @param local a file that the operator has already; it is used in place of a download, and verified like one
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
                    "Nothing says which content " + id + " has to have",
                    "Pin the medium with the digest that the vendor shows for it, or say where its checksum file is.");
        }
        if (mirrors.isEmpty() && local.isEmpty()) {
            throw Failure.usage(
                    "Nothing says where " + id + " is", "Name a mirror, or the file that you downloaded yourself.");
        }
        if (selection instanceof Selection.Newest
                && checksums.filter(Checksums::isDerivedFromMedium).isPresent()) {
            throw Failure.usage(
                    "The checksum file of " + id + " is named after a medium whose name nobody knows yet",
                    "Name the medium, or a checksum file that lists all of them.");
        }
    }
}
