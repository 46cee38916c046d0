/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.pipeline.phase;

import dev.cstemplates.catalog.Definition;
import dev.cstemplates.catalog.Media;
import dev.cstemplates.catalog.Source;
import dev.cstemplates.core.Architecture;
import dev.cstemplates.core.ByteSize;
import dev.cstemplates.core.Digest;
import dev.cstemplates.media.Checksums;
import dev.cstemplates.media.Mirror;
import dev.cstemplates.media.Signature;
import dev.cstemplates.media.SigningKey;
import dev.cstemplates.media.SizeBounds;
import dev.cstemplates.media.Vendor;
import dev.cstemplates.media.VendorKey;
import dev.cstemplates.pipeline.Altered;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.bouncycastle.openpgp.PGPException;

/** A local vendor's server with its own key. Shipped definitions are redirected to it and verify its media as usual. */
final class VendorSite implements AutoCloseable {

    private static final String FOLDER = "/pub/";

    private final VendorKey key = VendorKey.make();
    final Vendor vendor;

    VendorSite() throws IOException {
        vendor = new Vendor();
        vendor.offer("/key", key.armoredKey());
    }

    /** {@code definition} with its x86_64 medium on this server, signed as defined. */
    Definition at(Definition definition, Source source) {
        var target = Objects.requireNonNull(definition.architectures().get(Architecture.X86_64));
        var media = (Media.Published) definition.medium(Architecture.X86_64, source);
        var published = media.published();
        var here = Altered.with(
                published,
                Map.of(
                        "mirrors", List.of(new Mirror.Folder(vendor.url("/pub"))),
                        "size",
                                new SizeBounds(
                                        new ByteSize(1024), published.size().max()),
                        "checksums", published.checksums().map(this::signedHere)));
        var architectures = new TreeMap<>(definition.architectures());
        architectures.put(
                Architecture.X86_64,
                Altered.with(target, Map.of(source.id(), Altered.with(media, Map.of("published", here)))));
        return Altered.with(definition, Map.of("architectures", architectures));
    }

    /** The same kind of signature with this server's key. Unsigned media would require HTTPS, which another test covers. */
    private Checksums signedHere(Checksums checksums) {
        var keys = List.of(new SigningKey("here", key.fingerprint(), vendor.url("/key"), null, null));
        return Altered.with(
                checksums,
                Map.of(
                        "signature",
                        switch (checksums.signature()) {
                            case Signature.Detached(var file, var _) -> new Signature.Detached(file, keys);
                            case Signature.ClearSigned _ -> new Signature.ClearSigned(keys);
                            case Signature.None _ -> new Signature.Detached("{file}.sign", keys);
                        }));
    }

    /** Serves {@code file} as {@code name}, with the checksum file and signature that the definition expects. */
    void offer(Definition definition, Source source, String name, Path file) throws IOException, PGPException {
        var content = Files.readAllBytes(file);
        var checksums = definition
                .medium(Architecture.X86_64, source)
                .published()
                .checksums()
                .orElseThrow();
        var hex = hex(checksums.algorithm(), content);
        var list = switch (checksums.format()) {
            case Checksums.Format.Gnu _, Checksums.Format.Single _ -> hex + "  " + name + "\n";
            case Checksums.Format.Bsd _ -> "%s (%s) = %s\n".formatted(checksums.algorithm(), name, hex);
        };
        var listName = FOLDER + checksums.file().replace("{file}", name);
        vendor.offer(FOLDER + name, content);
        switch (checksums.signature()) {
            case Signature.Detached(var signature, var _) -> {
                vendor.offer(listName, list);
                vendor.offer(signature.replace("{file}", listName), key.detached(list));
            }
            case Signature.ClearSigned _ -> vendor.offer(listName, key.clearSigned(list));
            case Signature.None _ -> vendor.offer(listName, list);
        }
    }

    private static String hex(Digest.Algorithm algorithm, byte[] content) {
        try {
            var name = algorithm == Digest.Algorithm.SHA256 ? "SHA-256" : "SHA-512";
            return HexFormat.of().formatHex(MessageDigest.getInstance(name).digest(content));
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        vendor.close();
    }
}
