/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.catalog;

import dev.cstemplates.core.Digest;
import dev.cstemplates.core.Failure;
import dev.cstemplates.media.MediaSource;
import dev.cstemplates.media.Selection;
import dev.cstemplates.media.SizeBounds;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A vendor's installation medium or cloud image. */
public sealed interface Media {

    /** Names it in messages and caches, for example {@code almalinux-10-x86_64-iso}. */
    String id();

    /** What to boot from an ISO; null for a cloud image. */
    @Nullable
    BootFiles boot();

    /** Where it is downloaded from; a {@link Failure} of kind usage if the vendor requires an account. */
    MediaSource published();

    /** A copy that the operator downloaded; it is accepted only with {@code digest}. */
    default MediaSource local(Path file, Digest digest) {
        var name = String.valueOf(file.getFileName());
        return new MediaSource(
                id(),
                new Selection.Pinned(name, name, digest),
                List.of(),
                Optional.empty(),
                SizeBounds.USUAL,
                Optional.of(file));
    }

    /**
     * The installer's kernel and initrd in an ISO.
     *
     * @param kernel path in the ISO, for example {@code /images/pxeboot/vmlinuz}
     * @param initrd path in the ISO
     */
    record BootFiles(String kernel, String initrd) {}

    /** A file that requires an account with the vendor: the operator downloads it and passes its path to a build. */
    record Local(String id, @Nullable BootFiles boot) implements Media {

        @Override
        public MediaSource published() {
            throw Failure.usage(
                    "Cannot download " + id + ": the vendor requires an account",
                    "Download it yourself and pass the file with the digest that the vendor shows: --iso FILE --sha256"
                            + " HEX.");
        }
    }

    /** A file that anyone can download. */
    record Published(MediaSource published, @Nullable BootFiles boot) implements Media {

        @Override
        public String id() {
            return published.id();
        }

        /** Whether the definition names one exact file rather than the newest. */
        public boolean isPinned() {
            return published.selection() instanceof Selection.Pinned;
        }
    }
}
