/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
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
 * Remembers the newest medium seen of each source, one file per source. A signature proves who wrote a checksum file, not that it is
 * the latest: an attacker could replay an old one, whose media have known vulnerabilities.
 */
final class RollbackGuard {

    /** How long an unreachable vendor's last known medium is used. */
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

    /** Remembers the medium that a mirror offers; a {@link Failure} if it is older than the remembered one. */
    void advance(MediaSource source, ResolvedMedium wanted, String where) {
        try (var _ = LockFile.acquire(locks.resolve("media-seen-" + source.id() + ".lock"), () -> {})) {
            var former = read(source);
            if (former.isPresent() && goesBack(source.selection(), former.get().wanted(), wanted)) {
                var last = former.get();
                throw Failure.build(
                        "%s offers %s (%s), but on %s the vendor already had %s (%s)"
                                .formatted(
                                        where,
                                        wanted.fileName(),
                                        signed(wanted),
                                        last.at(),
                                        last.wanted().fileName(),
                                        signed(last.wanted())),
                        "The mirror may lag behind, or someone may be replaying an old checksum file. Use another"
                                + " mirror. If the vendor withdrew the newer medium, delete "
                                + file(source) + ", or pin the medium and its digest.");
            }
            write(source, new Saved(wanted, clock.instant()));
        }
    }

    /** The last known medium of a source, unless it is too old or the definition now requests another. */
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
            // The definition has changed and requests another medium: there is nothing to compare.
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
                        "Invalid content in " + file, "Delete it; the newest release that was seen is then forgotten.");
            }
            return saved;
        } catch (IOException e) {
            throw Failure.host("Cannot read " + file + ": " + e, "Check its permissions.")
                    .because(e);
        }
    }

    private void write(MediaSource source, Saved saved) {
        try {
            JsonFiles.write(file(source), saved);
        } catch (IOException e) {
            throw Failure.host("Cannot write " + file(source) + ": " + e, "Check for a full disk.")
                    .because(e);
        }
    }
}
