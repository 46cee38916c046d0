/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.catalog;

import dev.cstemplates.core.Architecture;
import dev.cstemplates.core.ByteSize;
import dev.cstemplates.core.CanonicalText;
import dev.cstemplates.core.Durations;
import dev.cstemplates.core.Hypervisor;
import dev.cstemplates.core.InstallerKind;
import dev.cstemplates.core.Sha256;
import dev.cstemplates.packer.answers.AnswerDelivery;
import dev.cstemplates.packer.answers.PackageRepository;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Reads a {@link Definition} from a document that {@link DefinitionSchema} and {@link SemanticValidator} have accepted. */
final class DefinitionReader {
    private DefinitionReader() {}

    static Definition read(JsonNode document) {
        var keys = MediaReader.keys(document.path("keys"));
        var media = new MediaReader(keys);
        return new Definition(
                text(document, "id"),
                text(document, "title"),
                text(document, "family"),
                text(document, "release"),
                LocalDate.parse(text(document, "eol")),
                text(document, "packageFamily"),
                targets(document, media),
                keys,
                installer(document.path("installer")),
                machine(document.path("machine")),
                bootstrap(document, media),
                texts(document, "packages"),
                guest(document.path("guest")),
                limits(document.path("limits")),
                variants(document.path("variants")),
                new Definition.CloudStack(texts(document.path("cloudstack"), "guestOs")),
                digest(document));
    }

    private static Sha256 digest(JsonNode document) {
        return Sha256.of(
                CanonicalText.of("cst-definition/1", new TreeMap<>(Map.of("document", CanonicalText.of(document)))));
    }

    private static Map<Architecture, Definition.Target> targets(JsonNode document, MediaReader media) {
        return byArchitecture(
                document.path("architectures"),
                (architecture, node) -> target(text(document, "id") + "-" + architecture.id(), node, media));
    }

    private static Definition.Target target(String subject, JsonNode node, MediaReader media) {
        return new Definition.Target(
                text(node, "cpu"),
                text(node, "kernelPackage"),
                texts(node, "bootloaderPackages"),
                texts(node, "packages"),
                media.read(subject + "-" + Source.ISO.id(), node.path("iso")),
                media.read(subject + "-" + Source.IMAGE.id(), node.path("image")));
    }

    private static @Nullable Installer installer(JsonNode node) {
        if (node.isMissingNode()) {
            return null;
        }
        var registration = optionalText(node, "registration");
        return new Installer(
                one(InstallerKind.class, text(node, "kind")),
                optionalText(node, "template"),
                node.has("label")
                        ? new AnswerDelivery.Cd(text(node, "label"))
                        : new AnswerDelivery.Url(text(node, "urlArgument")),
                texts(node, "arguments"),
                optionalText(node, "syntax"),
                optionalText(node, "product"),
                optionalText(node, "pattern"),
                texts(node, "modules"),
                texts(node, "packages"),
                repositories(node.path("repositories")),
                registration == null ? null : one(Installer.RegistrationService.class, registration),
                ByteSize.parse(text(node, "memory")),
                Durations.parse(text(node, "stall")),
                Durations.parse(text(node, "limit")));
    }

    private static List<PackageRepository> repositories(JsonNode node) {
        var repositories = new ArrayList<PackageRepository>();
        node.forEach(each -> repositories.add(new PackageRepository(text(each, "name"), text(each, "url"))));
        return List.copyOf(repositories);
    }

    private static Definition.Machine machine(JsonNode node) {
        return new Definition.Machine(
                node.path("cpus").intValue(), ByteSize.parse(text(node, "memory")), ByteSize.parse(text(node, "disk")));
    }

    private static @Nullable Bootstrap bootstrap(JsonNode document, MediaReader media) {
        var node = document.path("bootstrap");
        if (node.isMissingNode()) {
            return null;
        }
        return text(document, "packageFamily").equals("apt")
                ? aptBootstrap(node, media)
                : new Bootstrap.Rpm(
                        text(node, "mirror"),
                        texts(node, "fallbacks"),
                        repositories(
                                node.has("repositories")
                                        ? node.path("repositories")
                                        : document.path("installer").path("repositories")),
                        media.signers(node),
                        texts(node, "expiredKeys"),
                        texts(node, "packages"),
                        optionalText(node, "modulePlatform"));
    }

    private static Bootstrap.Apt aptBootstrap(JsonNode node, MediaReader media) {
        return new Bootstrap.Apt(
                text(node, "suite"),
                text(node, "mirror"),
                byArchitecture(node.path("mirrorByArchitecture"), (architecture, mirror) -> mirror.stringValue()),
                optionalText(node, "securityMirror"),
                texts(node, "suites"),
                optionalText(node, "securitySuite"),
                texts(node, "components"),
                media.signers(node));
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
                Durations.parse(text(node, "prepare")),
                Durations.parse(text(node, "boot")),
                node.path("emulationFactor").intValue(),
                Durations.parse(text(node, "maxAge")));
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

    private static <T> Map<Architecture, T> byArchitecture(JsonNode node, BiFunction<Architecture, JsonNode, T> read) {
        var values = new LinkedHashMap<Architecture, T>();
        for (var architecture : Architecture.values()) {
            if (node.has(architecture.id())) {
                values.put(architecture, read.apply(architecture, node.path(architecture.id())));
            }
        }
        return Collections.unmodifiableMap(values);
    }

    static <E extends Enum<E>> E one(Class<E> kind, String id) {
        return Enum.valueOf(kind, id.toUpperCase(Locale.ROOT));
    }

    static String text(JsonNode node, String key) {
        return node.path(key).stringValue();
    }

    static @Nullable String optionalText(JsonNode node, String key) {
        return node.has(key) ? text(node, key) : null;
    }

    static List<String> texts(JsonNode node, String key) {
        var texts = new ArrayList<String>();
        node.path(key).forEach(item -> texts.add(item.stringValue()));
        return List.copyOf(texts);
    }
}
