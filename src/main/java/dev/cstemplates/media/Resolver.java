/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.media;

import dev.cstemplates.core.ByteSize;
import dev.cstemplates.core.Failure;
import dev.cstemplates.core.NaturalOrder;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.bouncycastle.openpgp.PGPPublicKeyRing;
import org.jspecify.annotations.Nullable;

/** Resolves the current medium of a source: from its pin, or from a checksum file whose signature is verified first. */
final class Resolver {

    /** Debian's, the longest, is about 0.1 MiB. */
    private static final ByteSize LIST_LIMIT = ByteSize.ofMiB(2);

    /** A file name in a web server's directory listing. */
    private static final Pattern LINK =
            Pattern.compile("href=\"(?:\\./)?([^\"/?#]{1,200})\"", Pattern.CASE_INSENSITIVE);

    private static final ByteSize SIGNATURE_LIMIT = ByteSize.ofMiB(1);

    /** A last check of a medium that a mirror offers. */
    @FunctionalInterface
    interface Acceptance {

        /** Throws a {@link Failure} if the medium is not acceptable; {@code where} names its checksum file. */
        void require(MediaSource source, ResolvedMedium wanted, String where);
    }

    private final Downloads downloads;
    private final OpenPgp openPgp;
    private final OpenPgpKeys keys;
    private final Acceptance acceptance;
    private final Reachability reachability;

    Resolver(Downloads downloads, OpenPgp openPgp, OpenPgpKeys keys, Acceptance acceptance, Reachability reachability) {
        this.downloads = downloads;
        this.openPgp = openPgp;
        this.keys = keys;
        this.acceptance = acceptance;
        this.reachability = reachability;
    }

    ResolvedMedium resolve(MediaSource source, MediaListener listener) {
        if (source.selection() instanceof Selection.Pinned pinned) {
            var text = "Its digest is pinned: " + pinned.digest();
            return new ResolvedMedium(
                    pinned.fileName(),
                    pinned.version(),
                    pinned.digest(),
                    new Provenance(Provenance.Basis.PIN, text, null, null));
        }
        reachability.require(source.mirrors());
        var proofs = new Proofs(source.checksums().orElseThrow(), listener);
        var problems = new ArrayList<Failure>();
        for (var mirror : source.mirrors()) {
            try {
                return proofs.ask(source, mirror);
            } catch (Failure failure) {
                FailureAggregator.requireAnother(failure);
                problems.add(failure);
                if (problems.size() < source.mirrors().size()) {
                    listener.notice(failure.message() + "; trying the next mirror");
                }
            }
        }
        throw FailureAggregator.of(
                "Cannot resolve the newest medium of " + source.id(),
                problems,
                "Use another mirror, or pin the medium and its digest.");
    }

    /** Queries the mirrors of one source; the signing keys are looked up once. */
    private final class Proofs {

        private final Checksums checksums;
        private final MediaListener listener;
        private @Nullable List<PGPPublicKeyRing> found;

        Proofs(Checksums checksums, MediaListener listener) {
            this.checksums = checksums;
            this.listener = listener;
        }

        ResolvedMedium ask(MediaSource source, Mirror mirror) {
            var file = checksums.isListed()
                    ? listed(mirror, Pattern.compile(checksums.file()))
                    : checksums.fileFor(nameKnownBefore(source.selection()));
            var uri = inFolderOf(mirror, file);
            var proven = prove(mirror, file, uri);
            var list = ChecksumList.parse(Urls.redacted(uri), proven.text(), checksums.format(), checksums.algorithm());
            var wanted = select(source.selection(), list, checksums.format(), proven.evidence());
            acceptance.require(source, wanted, Urls.redacted(uri));
            return wanted;
        }

        /** The highest matching name in the folder's listing. Nothing else is taken from the listing. */
        private String listed(Mirror mirror, Pattern names) {
            var folder = inFolderOf(mirror, "");
            var listing = new String(downloads.small(folder, LIST_LIMIT, listener), StandardCharsets.UTF_8);
            return LINK.matcher(listing)
                    .results()
                    .map(link -> link.group(1))
                    .filter(name ->
                            FileNames.isPlain(name) && names.matcher(name).matches())
                    .max(new NaturalOrder())
                    .orElseThrow(() -> Failure.remote(
                            Urls.redacted(folder) + " lists no file that matches " + names,
                            "Use another mirror, or pin the medium and its digest.",
                            false));
        }

        private Proven prove(Mirror mirror, String file, URI uri) {
            return switch (checksums.signature()) {
                case Signature.Detached detached -> {
                    var text = downloads.document(uri, LIST_LIMIT, listener);
                    var detachedFile = inFolderOf(mirror, detached.fileFor(file));
                    var signature = downloads.document(detachedFile, SIGNATURE_LIMIT, listener);
                    yield signed(openPgp.detached(Urls.redacted(uri), text, signature, keysOf(detached)), uri);
                }
                case Signature.ClearSigned clearSigned -> {
                    var text = downloads.document(uri, LIST_LIMIT, listener);
                    yield signed(openPgp.clearSigned(Urls.redacted(uri), text, keysOf(clearSigned)), uri);
                }
                case Signature.None(var reason) -> {
                    requireHttps(uri, reason);
                    var text = new String(downloads.document(uri, LIST_LIMIT, listener), StandardCharsets.UTF_8);
                    var why = "%s Its digest is from %s and is protected by HTTPS only."
                            .formatted(reason, Urls.redacted(uri));
                    yield new Proven(text, new Provenance(Provenance.Basis.HTTPS, why, null, null));
                }
            };
        }

        private List<PGPPublicKeyRing> keysOf(Signature signature) {
            if (found == null) {
                found = keys.find(signature.keys(), listener);
            }
            return found;
        }
    }

    private record Proven(String text, Provenance evidence) {}

    private static Proven signed(SignedText text, URI uri) {
        var why = "Its digest is from %s, signed on %s by key %s."
                .formatted(Urls.redacted(uri), text.signedAt(), text.fingerprint());
        return new Proven(
                text.text(), new Provenance(Provenance.Basis.SIGNATURE, why, text.fingerprint(), text.signedAt()));
    }

    private static void requireHttps(URI uri, String reason) {
        if (!Urls.isHttps(uri)) {
            throw Failure.usage(
                    "Cannot trust %s: it is neither signed nor transferred over HTTPS (%s)"
                            .formatted(Urls.redacted(uri), reason),
                    "Use https://, or pin the medium and its digest.");
        }
    }

    private static ResolvedMedium select(
            Selection selection, ChecksumList list, Checksums.Format format, Provenance evidence) {
        return switch (selection) {
            case Selection.Newest newest -> {
                var found = list.newest(newest);
                yield new ResolvedMedium(found.fileName(), found.version(), found.digest(), evidence);
            }
            case Selection.Named(var fileName, var version) -> {
                var digest =
                        format instanceof Checksums.Format.Single(var inside) ? list.only(inside) : list.of(fileName);
                yield new ResolvedMedium(fileName, version, digest, evidence);
            }
            case Selection.Pinned pinned ->
                throw new IllegalStateException("A pinned medium needs no lookup: " + pinned);
        };
    }

    private static String nameKnownBefore(Selection selection) {
        return switch (selection) {
            // MediaSource ensures that the checksum file is not named after the medium.
            case Selection.Newest _ -> "";
            case Selection.Named named -> named.fileName();
            case Selection.Pinned pinned -> pinned.fileName();
        };
    }

    /** The URL of a file next to the medium, or {@code file} itself if it is a whole URL. */
    private static URI inFolderOf(Mirror mirror, String file) {
        return switch (mirror) {
            case Mirror.Folder folder -> folder.locate(file);
            case Mirror.Exact(var medium) -> medium.resolve(file);
        };
    }
}
