/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.catalog;

import dev.cstemplates.core.Architecture;
import dev.cstemplates.core.Failure;
import dev.cstemplates.core.Hypervisor;
import dev.cstemplates.core.Version;
import dev.cstemplates.host.Installation;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** Guest OS names and template details for CloudStack, by hypervisor and version: {@code configs/cloudstack/guests.yaml}. */
public final class CloudStackGuests {

    private final Map<Hypervisor, Rules> rules;

    private CloudStackGuests(Map<Hypervisor, Rules> rules) {
        this.rules = rules;
    }

    /**
     * One way to register a template.
     *
     * @param osName name of a CloudStack guest OS type, which a server may not support
     * @param details template details for that guest OS, by their CloudStack names
     */
    public record GuestOsChoice(String osName, SortedMap<String, String> details) {}

    /** Reads the installation's data; a {@link Failure} of kind host if the file is missing or damaged. */
    public static CloudStackGuests load(Installation installation) {
        var folder = installation.configs().resolve("cloudstack");
        var file = folder.resolve("guests.yaml");
        var document = read(file);
        var violations =
                DefinitionSchema.read(folder.resolve("guests.schema.json")).violations(document);
        if (!violations.isEmpty()) {
            var first = violations.getFirst();
            throw damaged(file, first.where() + ": " + first.message());
        }
        var rules = new EnumMap<Hypervisor, Rules>(Hypervisor.class);
        for (var hypervisor : Hypervisor.values()) {
            rules.put(hypervisor, Rules.of(document.path(hypervisor.id())));
        }
        return new CloudStackGuests(rules);
    }

    /**
     * The ways to register a template of {@code definition} with a CloudStack of {@code version}, best first: use the first whose guest
     * OS the server supports. Empty if that version cannot run such a template.
     */
    public List<GuestOsChoice> choices(
            Definition definition, Architecture architecture, Hypervisor hypervisor, Version version) {
        var rule = Objects.requireNonNull(rules.get(hypervisor));
        var since = rule.architectures().get(architecture);
        var target = definition.architectures().get(architecture);
        if (since == null || version.isBefore(since) || target == null) {
            return List.of();
        }
        return Stream.of(
                        rule.names().getOrDefault(definition.id(), List.of()),
                        definition.cloudstack().guestOs().stream()
                                .filter(name -> !rule.fallbacks().contains(name))
                                .toList(),
                        rule.fallbacks())
                .flatMap(List::stream)
                .distinct()
                .map(name -> new GuestOsChoice(name, rule.details(name, target.cpu(), version)))
                .toList();
    }

    /** IDs of the definitions in the data. */
    Set<String> definitions() {
        return rules.values().stream()
                .flatMap(rule -> rule.names().keySet().stream())
                .collect(Collectors.toSet());
    }

    private record Rules(
            Map<Architecture, Version> architectures,
            Map<String, List<String>> names,
            List<String> fallbacks,
            List<Pattern> paravirtual,
            List<Detail> details) {

        static Rules of(JsonNode node) {
            var architectures = new EnumMap<Architecture, Version>(Architecture.class);
            node.path("architectures")
                    .properties()
                    .forEach(each -> architectures.put(
                            Architecture.parse(each.getKey()),
                            version(each.getValue().stringValue())));
            var names = new TreeMap<String, List<String>>();
            node.path("names").properties().forEach(each -> names.put(each.getKey(), texts(each.getValue())));
            var details = new ArrayList<Detail>();
            node.path("details").forEach(each -> details.add(Detail.of(each)));
            return new Rules(
                    architectures,
                    names,
                    texts(node.path("fallbacks")),
                    texts(node.path("paravirtual")).stream()
                            .map(Pattern::compile)
                            .toList(),
                    details);
        }

        SortedMap<String, String> details(String name, String cpu, Version version) {
            var isParavirtual = paravirtual.isEmpty()
                    || paravirtual.stream()
                            .anyMatch(pattern -> pattern.matcher(name).matches());
            var all = new TreeMap<String, String>();
            details.stream()
                    .filter(detail -> !(detail.emulated() && isParavirtual))
                    .filter(detail -> detail.cpu().isEmpty() || detail.cpu().contains(cpu))
                    .filter(detail -> detail.since() == null || !version.isBefore(detail.since()))
                    .forEach(detail -> all.putAll(detail.set()));
            return Collections.unmodifiableSortedMap(all);
        }
    }

    private record Detail(@Nullable Version since, List<String> cpu, boolean emulated, Map<String, String> set) {

        static Detail of(JsonNode node) {
            var set = new TreeMap<String, String>();
            node.path("set")
                    .properties()
                    .forEach(each -> set.put(each.getKey(), each.getValue().stringValue()));
            return new Detail(
                    node.has("since") ? version(node.path("since").stringValue()) : null,
                    texts(node.path("cpu")),
                    node.has("emulated"),
                    set);
        }
    }

    private static JsonNode read(Path file) {
        try {
            return YAMLMapper.builder().build().readTree(file.toFile());
        } catch (JacksonException e) {
            throw damaged(file, e.getOriginalMessage()).because(e);
        }
    }

    private static Version version(String text) {
        return Version.in(text).orElseThrow();
    }

    private static List<String> texts(JsonNode list) {
        var texts = new ArrayList<String>();
        list.forEach(each -> texts.add(each.stringValue()));
        return List.copyOf(texts);
    }

    private static Failure damaged(Path file, String problem) {
        return Failure.host(
                file + " is missing or damaged: " + problem, "Restore it from the cst release or checkout.");
    }
}
