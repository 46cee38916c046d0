/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.media;

import dev.cstemplates.core.ByteSize;
import dev.cstemplates.core.CstHome;
import dev.cstemplates.core.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The media of this host. Resolves the newest medium of a source, downloads it if it is not cached, verifies it, and shares it between
 * processes.
 */
public final class MediaLibrary {

    private final MediaCache cache;
    private final RollbackGuard rollbackGuard;
    private final Downloads downloads;
    private final Resolver resolver;
    private final Reachability reachability;

    public MediaLibrary(CstHome home, TransferSettings settings, Clock clock) {
        this.cache = new MediaCache(home.media(), home.locks(), clock);
        this.rollbackGuard = new RollbackGuard(home.media(), home.locks(), clock);
        this.downloads = new Downloads(settings);
        this.reachability = new Reachability(settings);
        this.resolver = new Resolver(
                downloads, new OpenPgp(clock), new OpenPgpKeys(downloads), rollbackGuard::advance, reachability);
    }

    /**
     * The current medium of a source. A {@link Failure} of kind remote if no mirror delivers it (transient if a retry may help), of
     * kind build if what they deliver cannot be trusted.
     */
    public VerifiedMedia fetch(MediaSource source, MediaListener listener) {
        var wanted = resolve(source, listener);
        listener.resolved(wanted.fileName(), wanted.version(), wanted.evidence());
        if (source.local().isPresent()) {
            return verified(local(source.local().get(), wanted), wanted, false);
        }
        var digest = wanted.digest();
        try (var _ = cache.lock(
                digest,
                () -> listener.notice("Waiting for another process that is downloading " + wanted.fileName()))) {
            var here = cache.find(digest, listener);
            return here.isPresent()
                    ? verified(here.get(), wanted, false)
                    : verified(download(source, wanted, listener), wanted, true);
        }
    }

    /** Cached media and unfinished downloads not used since {@code since}. */
    public List<StaleCacheEntry> idle(Instant since) {
        return cache.idle(since);
    }

    /** Removes a medium unless another process is using it; returns whether it was removed. */
    public boolean remove(StaleCacheEntry medium) {
        return cache.remove(medium);
    }

    /** While a vendor is unreachable, a cached medium that recently was the newest is used. */
    private ResolvedMedium resolve(MediaSource source, MediaListener listener) {
        try {
            return resolver.resolve(source, listener);
        } catch (Failure failure) {
            var recent = failure.isTransient() && source.local().isEmpty()
                    ? here(source, listener)
                    : Optional.<ResolvedMedium>empty();
            if (recent.isEmpty()) {
                throw failure;
            }
            listener.notice("%s; using %s, the newest medium when the vendor was last reachable"
                    .formatted(failure.message(), recent.get().fileName()));
            return recent.get();
        }
    }

    private Optional<ResolvedMedium> here(MediaSource source, MediaListener listener) {
        var recent = rollbackGuard.recent(source);
        if (recent.isEmpty()) {
            return recent;
        }
        try (var _ = cache.lock(recent.get().digest(), () -> listener.notice("Waiting for another process"))) {
            return recent.filter(wanted -> cache.find(wanted.digest(), listener).isPresent());
        }
    }

    private Path download(MediaSource source, ResolvedMedium wanted, MediaListener listener) {
        reachability.require(source.mirrors());
        var problems = new ArrayList<Failure>();
        for (var mirror : source.mirrors()) {
            try {
                return downloadFrom(mirror, source, wanted, listener);
            } catch (Failure failure) {
                FailureAggregator.requireAnother(failure);
                problems.add(failure);
                if (problems.size() < source.mirrors().size()) {
                    listener.notice(failure.message() + "; trying the next mirror");
                }
            }
        }
        throw FailureAggregator.of(
                "No mirror delivers " + wanted.fileName(), problems, "Use another mirror, or run again later.");
    }

    private Path downloadFrom(Mirror mirror, MediaSource source, ResolvedMedium wanted, MediaListener listener) {
        var uri = mirror.locate(wanted.fileName());
        try (var part = PartialDownload.open(
                cache.part(wanted.digest()), wanted.digest().algorithm(), source.size(), listener)) {
            if (!part.isWhole(wanted.digest())) {
                downloads.complete(uri, part, listener);
                if (part.isResumed() && !part.isWhole(wanted.digest())) {
                    listener.notice(
                            "The partial download of " + wanted.fileName() + " does not match the rest; restarting it");
                    part.reset();
                    downloads.complete(uri, part, listener);
                }
            }
            if (!part.isWhole(wanted.digest())) {
                var got = part.digest();
                part.discard();
                throw Failure.build(
                        "%s has the digest %s, expected %s".formatted(Urls.redacted(uri), got, wanted.digest()),
                        "The download was deleted. The mirror may be in the middle of an update, or compromised: run"
                                + " again later, or use another mirror.");
            }
            return cache.keep(part, wanted.fileName(), wanted.digest());
        }
    }

    private Path local(Path file, ResolvedMedium wanted) {
        if (!Files.isRegularFile(file)) {
            throw Failure.usage("There is no file " + file, "Pass the file that you downloaded.");
        }
        if (!cache.isContentOf(file, wanted.digest())) {
            throw Failure.build(
                    "%s is not %s: its digest is not %s".formatted(file, wanted.fileName(), wanted.digest()),
                    "Download it again, and compare its digest with the vendor's: %ssum %s"
                            .formatted(wanted.digest().algorithm().name().toLowerCase(Locale.ROOT), file));
        }
        return file;
    }

    private static VerifiedMedia verified(Path file, ResolvedMedium wanted, boolean downloaded) {
        try {
            return new VerifiedMedia(
                    file,
                    wanted.fileName(),
                    wanted.version(),
                    wanted.digest(),
                    new ByteSize(Files.size(file)),
                    wanted.evidence(),
                    downloaded);
        } catch (IOException e) {
            throw Failure.host("Cannot read " + file + ": " + e, "Run again.").because(e);
        }
    }
}
