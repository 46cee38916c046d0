/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.catalog;

import static dev.cstemplates.catalog.DefinitionReader.one;
import static dev.cstemplates.catalog.DefinitionReader.optionalText;
import static dev.cstemplates.catalog.DefinitionReader.text;
import static dev.cstemplates.catalog.DefinitionReader.texts;

import dev.cstemplates.core.ByteSize;
import dev.cstemplates.core.Digest;
import dev.cstemplates.media.Checksums;
import dev.cstemplates.media.Fingerprint;
import dev.cstemplates.media.MediaSource;
import dev.cstemplates.media.Mirror;
import dev.cstemplates.media.Selection;
import dev.cstemplates.media.Signature;
import dev.cstemplates.media.SigningKey;
import dev.cstemplates.media.SizeBounds;
import java.net.URI;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Reads media and signing keys from a document that {@link DefinitionSchema} and {@link SemanticValidator} have accepted. */
final class MediaReader {

    private final Map<String, SigningKey> keys;

    MediaReader(Map<String, SigningKey> keys) {
        this.keys = keys;
    }

    static Map<String, SigningKey> keys(JsonNode node) {
        var keys = new TreeMap<String, SigningKey>();
        node.forEachEntry((name, key) -> {
            var url = optionalText(key, "url");
            var keyring = optionalText(key, "keyring");
            var expires = optionalText(key, "expires");
            keys.put(
                    name,
                    new SigningKey(
                            name,
                            Fingerprint.parse(text(key, "fingerprint")),
                            url == null ? null : URI.create(url),
                            keyring == null ? null : Path.of(keyring),
                            expires == null ? null : LocalDate.parse(expires)));
        });
        return Collections.unmodifiableMap(keys);
    }

    @Nullable
    Media read(String id, JsonNode node) {
        if (node.isMissingNode()) {
            return null;
        }
        var boot = node.has("kernel") ? new Media.BootFiles(text(node, "kernel"), text(node, "initrd")) : null;
        return isLocal(node) ? new Media.Local(id, boot) : new Media.Published(source(id, node), boot);
    }

    static boolean isLocal(JsonNode node) {
        return node.path("local").booleanValue(false);
    }

    private MediaSource source(String id, JsonNode node) {
        var size = node.path("size");
        return new MediaSource(
                id,
                selection(node),
                Stream.concat(Stream.of(text(node, "base")), texts(node, "fallbacks").stream())
                        .<Mirror>map(folder -> new Mirror.Folder(URI.create(folder)))
                        .toList(),
                Optional.of(checksums(node)),
                new SizeBounds(ByteSize.parse(text(size, "least")), ByteSize.parse(text(size, "most"))),
                Optional.empty());
    }

    private static Selection selection(JsonNode node) {
        var pin = node.path("pin");
        if (!pin.isMissingNode()) {
            var file = text(pin, "file");
            return new Selection.Pinned(file, file, Digest.parse(algorithm(node), text(pin, "digest")));
        }
        var file = text(node, "file");
        return onlyName(file)
                .<Selection>map(name -> new Selection.Named(name, name))
                .orElseGet(() -> new Selection.Newest(Pattern.compile(file)));
    }

    /** The only name that the regular expression {@code file} matches; empty if it may match several. */
    static Optional<String> onlyName(String file) {
        return file.matches("([A-Za-z0-9_-]|\\\\\\.)+") ? Optional.of(file.replace("\\.", ".")) : Optional.empty();
    }

    private Checksums checksums(JsonNode node) {
        var checksum = node.path("checksum");
        var isListed = checksum.has("index");
        return new Checksums(
                text(checksum, isListed ? "index" : "file"),
                isListed,
                format(node),
                algorithm(node),
                signature(node.path("signature")));
    }

    private static Checksums.Format format(JsonNode node) {
        var format = text(node.path("checksum"), "format");
        return switch (format) {
            case "gnu" -> new Checksums.Format.Gnu();
            case "bsd" -> new Checksums.Format.Bsd();
            case "single" ->
                new Checksums.Format.Single(aliases(onlyName(text(node, "file")).orElseThrow()));
            default -> throw new IllegalStateException("The schema allows no other format: " + format);
        };
    }

    /** The medium's name, the numbered build that it links to ({@code …-Build709.1-Media.iso}), or no name at all. */
    private static Pattern aliases(String name) {
        var build = "(?:-Build\\d+(?:\\.\\d+)*)?";
        return Pattern.compile(
                Stream.of(name.split("(?=[-.])")).map(Pattern::quote).collect(Collectors.joining(build)) + "|");
    }

    private static Digest.Algorithm algorithm(JsonNode node) {
        return one(Digest.Algorithm.class, text(node.path("checksum"), "algorithm"));
    }

    private Signature signature(JsonNode node) {
        return switch (text(node, "kind")) {
            case "detached" -> new Signature.Detached(Checksums.MEDIUM + text(node, "suffix"), signers(node));
            case "clearsigned" -> new Signature.ClearSigned(signers(node));
            default -> new Signature.None(text(node, "reason"));
        };
    }

    /** The keys that {@code node} names. */
    List<SigningKey> signers(JsonNode node) {
        var signers = new ArrayList<SigningKey>();
        texts(node, "keys").forEach(name -> signers.add(Objects.requireNonNull(keys.get(name))));
        return List.copyOf(signers);
    }
}
