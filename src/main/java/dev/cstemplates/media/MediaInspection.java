/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.media;

import dev.cstemplates.core.Failure;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import org.pgpainless.key.info.KeyRingInfo;

/**
 * Checks whether vendors still deliver what definitions expect. Downloads only checksum files, signatures and keys, and remembers nothing.
 */
public final class MediaInspection {

    private final Clock clock;
    private final Downloads downloads;
    private final OpenPgpKeys keys;
    private final Resolver resolver;

    public MediaInspection(TransferSettings settings, Clock clock) {
        this.clock = clock;
        this.downloads = new Downloads(settings);
        this.keys = new OpenPgpKeys(downloads);
        this.resolver = new Resolver(downloads, new OpenPgp(clock), keys, (_, _, _) -> {}, new Reachability(settings));
    }

    /** The name of the newest medium on one mirror, whose checksum file, signature and size are as expected; else a {@link Failure}. */
    public String newestOn(Mirror mirror, MediaSource source) {
        var alone = new MediaSource(
                source.id(), source.selection(), List.of(mirror), source.checksums(), source.size(), source.local());
        var medium = resolver.resolve(alone, MediaListener.SILENT);
        var uri = mirror.locate(medium.fileName());
        var size = downloads.size(uri, MediaListener.SILENT);
        if (size >= 0 && !source.size().allow(size)) {
            throw Failure.build(
                    "%s has a size of %d bytes, which is outside of %s"
                            .formatted(Urls.redacted(uri), size, source.size()),
                    "Check what the vendor publishes there, then correct the definition.");
        }
        return medium.fileName();
    }

    /** The day on which a key expires, if it does; a {@link Failure} if its location does not deliver it, or it has expired or was revoked. */
    public Optional<LocalDate> expiry(SigningKey key) {
        var now = clock.instant();
        var info = new KeyRingInfo(keys.find(List.of(key), MediaListener.SILENT).getFirst(), Date.from(now));
        if (!info.getRevocationState().isNotRevoked()) {
            throw outdated(key, "was revoked");
        }
        var expires = Optional.ofNullable(info.getPrimaryKeyExpirationDate())
                .map(date -> date.toInstant().atOffset(ZoneOffset.UTC).toLocalDate());
        expires.filter(day -> !day.isAfter(LocalDate.ofInstant(now, ZoneOffset.UTC)))
                .ifPresent(day -> {
                    throw outdated(key, "expired on " + day);
                });
        return expires;
    }

    private static Failure outdated(SigningKey key, String what) {
        return Failure.build(
                "The key %s (%s) %s".formatted(key.name(), key.fingerprint(), what),
                "Pin the vendor's new key in the definition.");
    }
}
