package dev.cstemplates.pipeline.phase;

import dev.cstemplates.catalog.Definition;
import dev.cstemplates.catalog.Media;
import dev.cstemplates.catalog.Source;
import dev.cstemplates.core.Architecture;
import dev.cstemplates.core.ByteSize;
import dev.cstemplates.media.SigningKey;
import dev.cstemplates.media.Vendor;
import dev.cstemplates.pipeline.Altered;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.bouncycastle.openpgp.PGPException;

/** A vendor's server here, with a key of its own: shipped definitions are pointed at it, and verify as they do out there. */
final class VendorSite implements AutoCloseable {

    private static final String FOLDER = "/pub/";

    private final SigningKey key = SigningKey.make();
    final Vendor vendor;

    VendorSite() throws IOException {
        vendor = new Vendor();
        vendor.offer("/key", key.armoredKey());
    }

    /** {@code definition} with its medium for x86_64 at this server, signed as the definition says. */
    Definition at(Definition definition, Source source) {
        var target = Objects.requireNonNull(definition.architectures().get(Architecture.X86_64));
        var published = (Media.Published) Objects.requireNonNull(target.media(source));
        var keys = new HashMap<>(definition.keys());
        for (var name : published.signature().keys()) {
            keys.put(
                    name,
                    new dev.cstemplates.catalog.SigningKey(
                            key.fingerprint().toString(), vendor.url("/key").toString(), null, null));
        }
        var here = Altered.with(
                published,
                Map.of(
                        "base",
                        vendor.url("/pub").toString(),
                        "fallbacks",
                        List.of(),
                        "least",
                        new ByteSize(1024),
                        "signature",
                        published.signature() instanceof Media.Signature.None
                                ? signedByAnyKey(keys)
                                : published.signature()));
        var architectures = new TreeMap<>(definition.architectures());
        architectures.put(Architecture.X86_64, Altered.with(target, Map.of(source.id(), here)));
        return Altered.with(definition, Map.of("architectures", architectures, "keys", keys));
    }

    /** Without a signature only HTTPS would do, which another test is about. */
    private Media.Signature signedByAnyKey(Map<String, dev.cstemplates.catalog.SigningKey> keys) {
        keys.put(
                "here",
                new dev.cstemplates.catalog.SigningKey(
                        key.fingerprint().toString(), vendor.url("/key").toString(), null, null));
        return new Media.Signature.Detached(".sign", List.of("here"));
    }

    /** Offers {@code file} as {@code name}, with the checksum file and the signature that the definition looks for. */
    void offer(Definition definition, Source source, String name, Path file) throws IOException, PGPException {
        var content = Files.readAllBytes(file);
        var target = Objects.requireNonNull(definition.architectures().get(Architecture.X86_64));
        var published = (Media.Published) Objects.requireNonNull(target.media(source));
        var checksum = published.checksum();
        var hex = hex(checksum.algorithm(), content);
        var list = switch (checksum.format()) {
            case GNU, SINGLE -> hex + "  " + name + "\n";
            case BSD -> "%s (%s) = %s\n".formatted(checksum.algorithm(), name, hex);
        };
        var listName = FOLDER + checksum.name().replace("{file}", name);
        vendor.offer(FOLDER + name, content);
        switch (published.signature()) {
            case Media.Signature.Detached(var suffix, var _) -> {
                vendor.offer(listName, list);
                vendor.offer(listName + suffix, key.detached(list));
            }
            case Media.Signature.Clearsigned _ -> vendor.offer(listName, key.clearSigned(list));
            case Media.Signature.None _ -> vendor.offer(listName, list);
        }
    }

    private static String hex(Media.Checksum.Algorithm algorithm, byte[] content) {
        try {
            var name = algorithm == Media.Checksum.Algorithm.SHA256 ? "SHA-256" : "SHA-512";
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
