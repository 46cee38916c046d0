package dev.cstemplates.pipeline.project;

import dev.cstemplates.catalog.Definition;
import dev.cstemplates.catalog.Media;
import dev.cstemplates.catalog.Source;
import dev.cstemplates.core.Architecture;
import dev.cstemplates.core.Digest;
import dev.cstemplates.core.Failure;
import dev.cstemplates.media.Checksums;
import dev.cstemplates.media.Fingerprint;
import dev.cstemplates.media.MediaSource;
import dev.cstemplates.media.Mirror;
import dev.cstemplates.media.Selection;
import dev.cstemplates.media.Signature;
import dev.cstemplates.media.SizeBounds;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Tells the media's room, in its own words, what a definition says of an ISO or a cloud image. */
public final class MediaSources {

    private final Definition definition;
    private final Architecture architecture;
    private final Source source;

    /** @param source {@link Source#ISO} or {@link Source#IMAGE} */
    public MediaSources(Definition definition, Architecture architecture, Source source) {
        this.definition = definition;
        this.architecture = architecture;
        this.source = source;
    }

    /**
     * Where the definition's medium comes from.
     *
     * @param mirror folder that is asked first; null for none but the definition's
     */
    public MediaSource published(@Nullable URI mirror) {
        return switch (media()) {
            case Media.Published published ->
                new MediaSource(
                        id(),
                        selection(published),
                        mirrors(published, mirror),
                        Optional.of(checksums(published)),
                        new SizeBounds(published.least(), published.most()),
                        Optional.empty());
            case Media.Local _ ->
                throw Failure.usage(
                        "Only you can download the " + source.id() + " of " + definition.id()
                                + ": it needs an account at the vendor's",
                        "Download it, then name it and the digest that the vendor shows: --iso FILE --sha256 HEX.");
        };
    }

    /** One file of the definition's mirrors by its digest: nobody is asked which one is the newest. */
    public MediaSource pinned(String name, Digest digest) {
        var published = published(null);
        return new MediaSource(
                published.id(),
                new Selection.Pinned(name, name, digest),
                published.mirrors(),
                published.checksums(),
                published.size(),
                Optional.empty());
    }

    /** A file that the operator has, and whose digest the vendor has shown to the operator. */
    public MediaSource local(Path file, Digest digest) {
        media();
        var name = String.valueOf(file.getFileName());
        return new MediaSource(
                id(),
                new Selection.Pinned(name, name, digest),
                List.of(),
                Optional.empty(),
                SizeBounds.USUAL,
                Optional.of(file));
    }

    private String id() {
        return String.join("-", definition.id(), architecture.id(), source.id());
    }

    private Media media() {
        var target = definition.architectures().get(architecture);
        var media = target == null ? null : source == Source.ISO ? target.iso() : target.image();
        if (media == null) {
            throw Failure.usage(
                    "%s has no %s for %s".formatted(definition.id(), source.id(), architecture.id()),
                    "See 'cst show " + definition.id() + "' for what it has.");
        }
        return media;
    }

    private static Selection selection(Media.Published published) {
        var pin = published.pin();
        if (pin != null) {
            return new Selection.Pinned(pin.file(), pin.file(), Digest.parse(algorithm(published), pin.digest()));
        }
        return published
                .onlyName()
                .<Selection>map(name -> new Selection.Named(name, name))
                .orElseGet(() -> new Selection.Newest(published.names()));
    }

    private static List<Mirror> mirrors(Media.Published published, @Nullable URI first) {
        var folders = new ArrayList<Mirror>();
        if (first != null) {
            folders.add(new Mirror.Folder(first));
        }
        Stream.concat(Stream.of(published.base()), published.fallbacks().stream())
                .map(folder -> new Mirror.Folder(URI.create(folder)))
                .forEach(folders::add);
        return folders;
    }

    private Checksums checksums(Media.Published published) {
        var checksum = published.checksum();
        return new Checksums(
                checksum.name(), checksum.indexed(), format(published), algorithm(published), signature(published));
    }

    private static Checksums.Format format(Media.Published published) {
        return switch (published.checksum().format()) {
            case GNU -> new Checksums.Format.Gnu();
            case BSD -> new Checksums.Format.Bsd();
            case SINGLE -> new Checksums.Format.Single(aliases(published));
        };
    }

    /** The medium's name, or that of the numbered build that it is a link to ({@code …-Build709.1-Media.iso}), or none at all. */
    private static Pattern aliases(Media.Published published) {
        var name = published
                .onlyName()
                .orElseThrow(() -> Failure.usage(
                        "A file with one checksum does not say which of several media it is of",
                        "Write a 'file' that matches one name only."));
        var build = "(?:-Build\\d+(?:\\.\\d+)*)?";
        return Pattern.compile(
                Stream.of(name.split("(?=[-.])")).map(Pattern::quote).collect(Collectors.joining(build)) + "|");
    }

    private static Digest.Algorithm algorithm(Media.Published published) {
        return switch (published.checksum().algorithm()) {
            case SHA256 -> Digest.Algorithm.SHA256;
            case SHA512 -> Digest.Algorithm.SHA512;
        };
    }

    private Signature signature(Media.Published published) {
        return switch (published.signature()) {
            case Media.Signature.Detached(var suffix, var keys) ->
                new Signature.Detached(Checksums.MEDIUM + suffix, signer(keys));
            case Media.Signature.Clearsigned(var keys) -> new Signature.ClearSigned(signer(keys));
            case Media.Signature.None(var reason) -> new Signature.None(reason);
        };
    }

    private Signature.Signer signer(List<String> names) {
        var fingerprints = new ArrayList<Fingerprint>();
        var places = new ArrayList<Signature.KeyPlace>();
        for (var name : names) {
            var key = Objects.requireNonNull(definition.keys().get(name));
            fingerprints.add(Fingerprint.parse(key.fingerprint()));
            if (key.url() != null) {
                places.add(new Signature.KeyPlace.Web(URI.create(key.url())));
            }
            if (key.keyring() != null) {
                places.add(new Signature.KeyPlace.Keyring(Path.of(key.keyring())));
            }
        }
        return new Signature.Signer(fingerprints, places);
    }
}
