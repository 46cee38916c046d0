/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.pipeline.phase;

import dev.cstemplates.catalog.Media;
import dev.cstemplates.core.ByteSize;
import dev.cstemplates.core.Digest;
import dev.cstemplates.core.Failure;
import dev.cstemplates.media.Checksums;
import dev.cstemplates.media.MediaLibrary;
import dev.cstemplates.media.MediaListener;
import dev.cstemplates.media.MediaSource;
import dev.cstemplates.media.Provenance;
import dev.cstemplates.media.Selection;
import dev.cstemplates.media.Signature;
import dev.cstemplates.media.VerifiedMedia;
import dev.cstemplates.pipeline.request.ResolvedBuild;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Resolves and fetches the ISO or cloud image of a build, and fetches the same medium again for later phases. */
public final class MediumResolver {

    private final Supplier<MediaLibrary> library;

    MediumResolver(Supplier<MediaLibrary> library) {
        this.library = library;
    }

    /**
     * The content that a build starts from: the result of phase fetch.
     *
     * @param file its name on the vendor's server
     */
    record FetchedMedium(String file, Digest digest) {

        static FetchedMedium of(VerifiedMedia media) {
            return new FetchedMedium(media.fileName(), media.digest());
        }

        static FetchedMedium read(Path file) {
            return Phase.readResult(FetchPhase.NAME, file, FetchedMedium.class);
        }

        void write(Path file) {
            Phase.writeResult(file, this);
        }
    }

    /** Everything that determines which content a build starts from and how it is verified. */
    static SortedMap<String, String> inputs(ResolvedBuild build) {
        var inputs = new TreeMap<String, String>();
        var local = build.medium();
        if (local != null) {
            inputs.put("medium.digest", local.digest().toString());
            return inputs;
        }
        var source = build.mediaSource();
        switch (source.selection()) {
            case Selection.Newest(var names) -> inputs.put("medium.newest", names.pattern());
            case Selection.Named named -> inputs.put("medium.file", named.fileName());
            case Selection.Pinned pinned ->
                inputs.put("medium.digest", pinned.digest().toString());
        }
        inputs.put(
                "medium.mirrors",
                source.mirrors().stream()
                        .map(mirror -> mirror.locate("").toString())
                        .collect(Collectors.joining(" ")));
        inputs.put(
                "medium.size",
                source.size().min().bytes() + "-" + source.size().max().bytes());
        source.checksums().ifPresent(checksums -> inputs.putAll(inputs(checksums)));
        return inputs;
    }

    private static Map<String, String> inputs(Checksums checksums) {
        return Map.of(
                "checksums.file", checksums.file(),
                "checksums.algorithm",
                        switch (checksums.algorithm()) {
                            case SHA256 -> "sha256";
                            case SHA512 -> "sha512";
                        },
                "checksums.format",
                        switch (checksums.format()) {
                            case Checksums.Format.Gnu _ -> "gnu";
                            case Checksums.Format.Bsd _ -> "bsd";
                            case Checksums.Format.Single(var inside) -> "single " + inside.pattern();
                        },
                "checksums.signature",
                        switch (checksums.signature()) {
                            case Signature.Detached detached -> detached.file();
                            case Signature.ClearSigned _ -> "inline";
                            case Signature.None _ -> "none";
                        },
                "checksums.keys",
                        checksums.signature().keys().stream()
                                .map(key -> key.fingerprint().hex())
                                .collect(Collectors.joining(" ")));
    }

    /** Whether the newest medium may change over time. */
    static boolean mayAge(ResolvedBuild build) {
        return build.medium() == null
                && build.target().media(build.source()) instanceof Media.Published published
                && !published.isPinned();
    }

    /** The current medium of the build's source, verified. */
    VerifiedMedia fetch(ResolvedBuild build, Consumer<String> activity) {
        return fetch(build.mediaSource(), activity);
    }

    /** The medium that phase fetch resolved, from the cache or downloaded again if it is no longer cached. */
    VerifiedMedia refetch(ResolvedBuild build, FetchedMedium medium, Consumer<String> activity) {
        var local = build.medium();
        var media = build.definition().medium(build.architecture(), build.source());
        var source = local == null
                ? media.published().pinnedTo(medium.file(), medium.digest())
                : media.local(local.file(), medium.digest());
        return fetch(source, activity);
    }

    /** Downloads have their own retries, so the phase is not repeated after a remote failure. */
    private VerifiedMedia fetch(MediaSource source, Consumer<String> activity) {
        try {
            return library.get().fetch(source, new ActivityReporter(activity));
        } catch (Failure failure) {
            throw failure.kind() == Failure.Kind.REMOTE ? failure.afterRetries() : failure;
        }
    }

    /** Reports the fetch as activity of the phase. */
    private static final class ActivityReporter implements MediaListener {

        private final Consumer<String> activity;
        private long percent = -1;

        ActivityReporter(Consumer<String> activity) {
            this.activity = activity;
        }

        @Override
        public void resolved(String fileName, String version, Provenance evidence) {
            activity.accept(fileName + ": " + evidence.text());
        }

        @Override
        public synchronized void progress(long bytes, long total) {
            if (total <= 0 || 100 * bytes / total == percent) {
                return;
            }
            percent = 100 * bytes / total;
            activity.accept("downloading: %d %% of %s".formatted(percent, new ByteSize(total)));
        }

        @Override
        public void notice(String text) {
            activity.accept(text);
        }
    }
}
