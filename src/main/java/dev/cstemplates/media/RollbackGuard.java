package dev.cstemplates.media;

import dev.cstemplates.core.Failure;
import dev.cstemplates.core.JsonFiles;
import dev.cstemplates.core.LockFile;
import dev.cstemplates.core.NaturalOrder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What each source stood for when it was last resolved, one file a source. A signature says who wrote a checksum file, not that it
 * is the latest: an old one, with old holes in its media, is signed as well. This memory is what tells them apart.
 */
final class RollbackGuard {

    /** How long a vendor may be unreachable before a medium from memory is too old to be taken for the newest. */
    private static final Duration GOOD_FOR = Duration.ofDays(30);

    private final Path root;
    private final Path locks;
    private final Clock clock;

    RollbackGuard(Path root, Path locks, Clock clock) {
        this.root = root;
        this.locks = locks;
        this.clock = clock;
    }

    private record Saved(ResolvedMedium wanted, Instant at) {}

    /** Remembers what a mirror said; a {@link Failure} where it is older than what is remembered. */
    void advance(MediaSource source, ResolvedMedium wanted, String where) {
        try (var _ = LockFile.acquire(locks.resolve("media-seen-" + source.id() + ".lock"), () -> {})) {
            var former = read(source);
            if (former.isPresent() && goesBack(source.selection(), former.get().wanted(), wanted)) {
                var last = former.get();
                throw Failure.build(
                        "%s offers %s (%s), but on %s the vendor had %s (%s)"
                                .formatted(
                                        where,
                                        wanted.fileName(),
                                        signed(wanted),
                                        last.at(),
                                        last.wanted().fileName(),
                                        signed(last.wanted())),
                        "The mirror may lag behind, or somebody replays an old checksum file: name another mirror. If"
                                + " the vendor withdrew the newer medium, delete " + file(source)
                                + ", or pin the medium and its digest.");
            }
            write(source, new Saved(wanted, clock.instant()));
        }
    }

    /** What the source stood for not long ago, while that is still what the definition asks for. */
    Optional<ResolvedMedium> recent(MediaSource source) {
        return read(source)
                .filter(saved -> saved.at().plus(GOOD_FOR).isAfter(clock.instant()))
                .map(Saved::wanted)
                .filter(wanted -> isAskedFor(source.selection(), wanted.fileName()));
    }

    private static boolean isAskedFor(Selection selection, String fileName) {
        return switch (selection) {
            case Selection.Newest newest -> newest.names().matcher(fileName).matches();
            case Selection.Named named -> named.fileName().equals(fileName);
            case Selection.Pinned pinned -> pinned.fileName().equals(fileName);
        };
    }

    private static boolean goesBack(Selection selection, ResolvedMedium former, ResolvedMedium now) {
        if (!isAskedFor(selection, former.fileName())) {
            // The definition asks for something else than it did: there is nothing to compare.
            return false;
        }
        var order = new NaturalOrder().compare(now.version(), former.version());
        return order < 0 || (order == 0 && !now.digest().equals(former.digest()) && isSignedEarlier(now, former));
    }

    private static boolean isSignedEarlier(ResolvedMedium now, ResolvedMedium former) {
        var signed = now.evidence().signedAt();
        var before = former.evidence().signedAt();
        return signed != null && before != null && signed.isBefore(before);
    }

    private static String signed(ResolvedMedium wanted) {
        var at = wanted.evidence().signedAt();
        return at == null ? "unsigned" : "signed on " + at;
    }

    private Path file(MediaSource source) {
        return root.resolve("seen").resolve(source.id() + ".json");
    }

    private Optional<Saved> read(MediaSource source) {
        var file = file(source);
        try {
            var saved = JsonFiles.readIfValid(file, Saved.class);
            if (saved.isEmpty() && Files.exists(file)) {
                throw Failure.host(
                        file + " can't be understood",
                        "Delete it; the newest release that was seen is then forgotten.");
            }
            return saved;
        } catch (IOException e) {
            throw Failure.host(file + " can't be read: " + e, "Is it readable?").because(e);
        }
    }

    private void write(MediaSource source, Saved saved) {
        try {
            JsonFiles.write(file(source), saved);
        } catch (IOException e) {
            throw Failure.host(file(source) + " can't be written: " + e, "Look for a full disk.")
                    .because(e);
        }
    }
}
