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
 * The media of this host: what is asked for is found out, downloaded where it is not here yet, verified, and kept for whoever asks
 * next, in this process or another.
 */
public final class MediaLibrary {

    private final MediaCache cache;
    private final RollbackGuard lastSeen;
    private final Downloads downloads;
    private final Resolver resolver;

    public MediaLibrary(CstHome home, TransferSettings settings, Clock clock) {
        this.cache = new MediaCache(home.media(), home.locks(), clock);
        this.lastSeen = new RollbackGuard(home.media(), home.locks(), clock);
        this.downloads = new Downloads(settings);
        this.resolver = new Resolver(downloads, new OpenPgp(clock), new OpenPgpKeys(downloads), lastSeen);
    }

    /**
     * The medium that a source stands for today. A {@link Failure} of kind remote where no mirror delivers it (transient when trying
     * again may help), of kind build where what they deliver can't be trusted.
     */
    public VerifiedMedia fetch(MediaSource source, MediaListener listener) {
        var wanted = resolve(source, listener);
        listener.resolved(wanted.fileName(), wanted.version(), wanted.evidence());
        if (source.local().isPresent()) {
            return verified(local(source.local().get(), wanted), wanted, false);
        }
        var digest = wanted.digest();
        try (var _ = cache.lock(
                digest, () -> listener.notice("Waiting for another process that fetches " + wanted.fileName()))) {
            var here = cache.find(digest, listener);
            return here.isPresent()
                    ? verified(here.get(), wanted, false)
                    : verified(download(source, wanted, listener), wanted, true);
        }
    }

    /** Media in the cache that nobody has asked for since {@code since}. */
    public List<StaleCacheEntry> idle(Instant since) {
        return cache.idle(since);
    }

    /** Removes a medium, unless somebody fetches it now; whether it is gone. */
    public boolean remove(StaleCacheEntry medium) {
        return cache.remove(medium);
    }

    /** A vendor who can't be reached for a while does not stop builds from a medium that is here, and was the newest not long ago. */
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
            listener.notice("%s; using %s, which was the newest when the vendor was reached last"
                    .formatted(failure.message(), recent.get().fileName()));
            return recent.get();
        }
    }

    private Optional<ResolvedMedium> here(MediaSource source, MediaListener listener) {
        var recent = lastSeen.recent(source);
        if (recent.isEmpty()) {
            return recent;
        }
        try (var _ = cache.lock(recent.get().digest(), () -> listener.notice("Waiting for another process"))) {
            return recent.filter(wanted -> cache.find(wanted.digest(), listener).isPresent());
        }
    }

    private Path download(MediaSource source, ResolvedMedium wanted, MediaListener listener) {
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
                "No mirror delivers " + wanted.fileName(), problems, "Name another mirror, or run again later.");
    }

    private Path downloadFrom(Mirror mirror, MediaSource source, ResolvedMedium wanted, MediaListener listener) {
        var uri = mirror.locate(wanted.fileName());
        try (var part = PartialDownload.open(
                cache.part(wanted.digest()), wanted.digest().algorithm(), source.size(), listener)) {
            if (!part.isWhole(wanted.digest())) {
                downloads.complete(uri, part, listener);
                if (part.isResumed() && !part.isWhole(wanted.digest())) {
                    listener.notice(
                            "What was here of " + wanted.fileName() + " does not fit the rest; downloading it whole");
                    part.reset();
                    downloads.complete(uri, part, listener);
                }
            }
            if (!part.isWhole(wanted.digest())) {
                var got = part.digest();
                part.discard();
                throw Failure.build(
                        "%s has the digest %s, but it has to have %s".formatted(Urls.shown(uri), got, wanted.digest()),
                        "It was thrown away. The mirror may be in the middle of an update, or deliver something false: run again"
                                + " later, or name another mirror.");
            }
            return cache.keep(part, wanted.fileName(), wanted.digest());
        }
    }

    private Path local(Path file, ResolvedMedium wanted) {
        if (!Files.isRegularFile(file)) {
            throw Failure.usage(file + " is not there", "Name the file that you downloaded.");
        }
        if (!cache.isContentOf(file, wanted.digest())) {
            throw Failure.build(
                    "%s is not %s: its digest is not %s".formatted(file, wanted.fileName(), wanted.digest()),
                    "Download it again, and compare with what the vendor shows: %ssum %s"
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
            throw Failure.host(file + " can't be read: " + e, "Run again.").because(e);
        }
    }
}
