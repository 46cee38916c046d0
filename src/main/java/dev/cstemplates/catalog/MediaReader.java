package dev.cstemplates.catalog;

import dev.cstemplates.core.ByteSize;
import dev.cstemplates.core.InstallerKind;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Reads what a definition says of vendors' media, keys and installers, in a document that fits the schema. */
final class MediaReader {
    private MediaReader() {}

    static Map<String, SigningKey> keys(JsonNode node) {
        var keys = new TreeMap<String, SigningKey>();
        node.forEachEntry((name, key) -> {
            var expires = optionalText(key, "expires");
            keys.put(
                    name,
                    new SigningKey(
                            text(key, "fingerprint"),
                            optionalText(key, "url"),
                            optionalText(key, "keyring"),
                            expires == null ? null : LocalDate.parse(expires)));
        });
        return Collections.unmodifiableMap(keys);
    }

    static @Nullable Media media(JsonNode node) {
        if (node.isMissingNode()) {
            return null;
        }
        var boot = node.has("kernel") ? new Media.Boot(text(node, "kernel"), text(node, "initrd")) : null;
        if (node.path("local").booleanValue(false)) {
            return new Media.Local(boot);
        }
        var pin = node.path("pin");
        return new Media.Published(
                text(node, "base"),
                texts(node, "fallbacks"),
                text(node, "file"),
                checksum(node.path("checksum")),
                signature(node.path("signature")),
                ByteSize.parse(text(node.path("size"), "least")),
                ByteSize.parse(text(node.path("size"), "most")),
                pin.isMissingNode() ? null : new Media.Pin(text(pin, "file"), text(pin, "digest")),
                boot);
    }

    static @Nullable Installer installer(JsonNode node) {
        if (node.isMissingNode()) {
            return null;
        }
        var registration = optionalText(node, "registration");
        return new Installer(
                one(InstallerKind.class, text(node, "kind")),
                optionalText(node, "template"),
                node.has("label")
                        ? new Installer.Delivery.Cd(text(node, "label"))
                        : new Installer.Delivery.Url(text(node, "urlArgument")),
                texts(node, "arguments"),
                optionalText(node, "syntax"),
                optionalText(node, "product"),
                optionalText(node, "pattern"),
                texts(node, "modules"),
                texts(node, "packages"),
                repositories(node.path("repositories")),
                registration == null ? null : one(Installer.Registration.class, registration),
                ByteSize.parse(text(node, "memory")),
                DefinitionReader.duration(text(node, "stall")),
                DefinitionReader.duration(text(node, "limit")),
                texts(node, "bootCommand"));
    }

    private static Media.Checksum checksum(JsonNode node) {
        var indexed = node.has("index");
        return new Media.Checksum(
                text(node, indexed ? "index" : "file"),
                indexed,
                one(Media.Checksum.Format.class, text(node, "format")),
                one(Media.Checksum.Algorithm.class, text(node, "algorithm")));
    }

    private static Media.Signature signature(JsonNode node) {
        return switch (text(node, "kind")) {
            case "detached" -> new Media.Signature.Detached(text(node, "suffix"), texts(node, "keys"));
            case "clearsigned" -> new Media.Signature.Clearsigned(texts(node, "keys"));
            default -> new Media.Signature.None(text(node, "reason"));
        };
    }

    static List<Installer.Repository> repositories(JsonNode node) {
        var repositories = new ArrayList<Installer.Repository>();
        node.forEach(each -> repositories.add(new Installer.Repository(text(each, "name"), text(each, "url"))));
        return List.copyOf(repositories);
    }

    private static <E extends Enum<E>> E one(Class<E> kind, String id) {
        return Enum.valueOf(kind, id.toUpperCase(Locale.ROOT));
    }

    private static String text(JsonNode node, String key) {
        return node.path(key).stringValue();
    }

    private static @Nullable String optionalText(JsonNode node, String key) {
        return node.has(key) ? text(node, key) : null;
    }

    private static List<String> texts(JsonNode node, String key) {
        var texts = new ArrayList<String>();
        node.path(key).forEach(item -> texts.add(item.stringValue()));
        return List.copyOf(texts);
    }
}
