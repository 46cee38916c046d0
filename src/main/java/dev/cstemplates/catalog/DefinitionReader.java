package dev.cstemplates.catalog;

import dev.cstemplates.core.Architecture;
import dev.cstemplates.core.ByteSize;
import dev.cstemplates.core.Hypervisor;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Makes a {@link Definition} of a document that fits the schema. */
final class DefinitionReader {
    private DefinitionReader() {}

    static Definition read(JsonNode document) {
        return new Definition(
                text(document, "id"),
                text(document, "title"),
                text(document, "family"),
                text(document, "release"),
                LocalDate.parse(text(document, "eol")),
                text(document, "packageFamily"),
                byArchitecture(document.path("architectures"), DefinitionReader::target),
                MediaReader.keys(document.path("keys")),
                MediaReader.installer(document.path("installer")),
                machine(document.path("machine")),
                bootstrap(document),
                texts(document, "packages"),
                guest(document.path("guest")),
                limits(document.path("limits")),
                variants(document.path("variants")),
                new Definition.CloudStack(texts(document.path("cloudstack"), "guestOs")));
    }

    private static Definition.Target target(JsonNode node) {
        return new Definition.Target(
                text(node, "cpu"),
                text(node, "kernelPackage"),
                texts(node, "bootloaderPackages"),
                texts(node, "packages"),
                MediaReader.media(node.path("iso")),
                MediaReader.media(node.path("image")));
    }

    private static Definition.Machine machine(JsonNode node) {
        return new Definition.Machine(
                node.path("cpus").intValue(), ByteSize.parse(text(node, "memory")), ByteSize.parse(text(node, "disk")));
    }

    private static @Nullable Bootstrap bootstrap(JsonNode document) {
        var node = document.path("bootstrap");
        if (node.isMissingNode()) {
            return null;
        }
        return text(document, "packageFamily").equals("apt")
                ? aptBootstrap(node)
                : new Bootstrap.Rpm(
                        text(node, "mirror"),
                        texts(node, "fallbacks"),
                        MediaReader.repositories(
                                node.has("repositories")
                                        ? node.path("repositories")
                                        : document.path("installer").path("repositories")),
                        texts(node, "keys"),
                        texts(node, "packages"),
                        optionalText(node, "modulePlatform"));
    }

    private static Bootstrap.Apt aptBootstrap(JsonNode node) {
        return new Bootstrap.Apt(
                text(node, "suite"),
                text(node, "mirror"),
                byArchitecture(node.path("mirrorByArchitecture"), JsonNode::stringValue),
                optionalText(node, "securityMirror"),
                texts(node, "suites"),
                optionalText(node, "securitySuite"),
                texts(node, "components"),
                text(node, "keyring"),
                text(node, "keyringPackage"));
    }

    private static Definition.Guest guest(JsonNode node) {
        return new Definition.Guest(
                text(node, "defaultUser"),
                node.path("passwordEnabled").booleanValue(),
                text(node, "locale"),
                text(node, "timezone"));
    }

    private static Definition.Limits limits(JsonNode node) {
        return new Definition.Limits(
                duration(text(node, "prepare")),
                duration(text(node, "boot")),
                node.path("emulationFactor").intValue(),
                duration(text(node, "maxAge")));
    }

    private static Map<Hypervisor, Definition.Variant> variants(JsonNode node) {
        var variants = new LinkedHashMap<Hypervisor, Definition.Variant>();
        for (var hypervisor : Hypervisor.values()) {
            if (node.has(hypervisor.id())) {
                variants.put(hypervisor, variant(node.path(hypervisor.id())));
            }
        }
        return Collections.unmodifiableMap(variants);
    }

    private static Definition.Variant variant(JsonNode node) {
        var vsphere = node.has("osType")
                ? new Definition.Vsphere(
                        text(node, "osType"), node.path("hardwareVersion").intValue())
                : null;
        return new Definition.Variant(texts(node, "datasources"), vsphere);
    }

    private static <T> Map<Architecture, T> byArchitecture(JsonNode node, Function<JsonNode, T> read) {
        var values = new LinkedHashMap<Architecture, T>();
        for (var architecture : Architecture.values()) {
            if (node.has(architecture.id())) {
                values.put(architecture, read.apply(node.path(architecture.id())));
            }
        }
        return Collections.unmodifiableMap(values);
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

    /** Reads {@code 90s}, {@code 20m}, {@code 2h} or {@code 7d}. */
    static Duration duration(String text) {
        var amount = Long.parseLong(text.substring(0, text.length() - 1));
        return switch (text.charAt(text.length() - 1)) {
            case 's' -> Duration.ofSeconds(amount);
            case 'm' -> Duration.ofMinutes(amount);
            case 'h' -> Duration.ofHours(amount);
            case 'd' -> Duration.ofDays(amount);
            default -> throw new IllegalStateException("The schema lets no other unit through: " + text);
        };
    }
}
