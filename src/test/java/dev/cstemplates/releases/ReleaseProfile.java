/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.releases;

import dev.cstemplates.catalog.Source;
import dev.cstemplates.core.Architecture;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * What is known of a release, from {@code src/test/resources/releases}: its README describes the format.
 *
 * @param facts of the release and its bases, merged
 * @param folders of the release and its bases, the base of all first
 */
record ReleaseProfile(String name, ObjectNode facts, List<Path> folders) {

    static final Path FOLDER = Path.of("src/test/resources/releases").toAbsolutePath();

    private static final YAMLMapper YAML = YAMLMapper.builder().build();

    /** Every profile extends it at last. */
    private static final String COMMON = "common";

    /** Keys whose lists are added to the base's. */
    private static final Set<String> GROWING =
            Set.of("names", "all", "iso", "image", "bootstrap", "base", "programs", "folders");

    /** The profile of a definition; empty if there is none yet. */
    static Optional<ReleaseProfile> of(String name) {
        return Files.exists(FOLDER.resolve(name).resolve("profile.yaml")) ? Optional.of(read(name)) : Optional.empty();
    }

    static ReleaseProfile read(String name) {
        var folders = new ArrayList<Path>();
        var facts = YAML.createObjectNode();
        var next = name;
        var chain = new ArrayList<ObjectNode>();
        while (!next.isEmpty()) {
            folders.addFirst(FOLDER.resolve(next));
            var own = own(next);
            chain.addFirst(own);
            next = next.equals(COMMON) ? "" : own.path("extends").asString(COMMON);
        }
        chain.forEach(each -> merge(facts, each, ""));
        facts.remove("extends");
        return new ReleaseProfile(name, facts, List.copyOf(folders));
    }

    /** A profile's own facts, without those of its bases. */
    static ObjectNode own(String name) {
        return (ObjectNode) YAML.readTree(FOLDER.resolve(name).resolve("profile.yaml"));
    }

    private static void merge(ObjectNode base, ObjectNode own, String where) {
        for (var entry : own.properties()) {
            var key = entry.getKey();
            var below = base.get(key);
            if (below instanceof ObjectNode map && entry.getValue() instanceof ObjectNode more) {
                merge(map, more, key);
            } else if (below instanceof ArrayNode list
                    && entry.getValue() instanceof ArrayNode more
                    && grows(where, key)) {
                list.addAll(more);
            } else {
                base.set(key, entry.getValue().deepCopy());
            }
        }
    }

    private static boolean grows(String where, String key) {
        return GROWING.contains(key) && !where.equals("locales") && !where.equals("options");
    }

    /** The names in {@code packages.<kind>}. */
    Set<String> packages(String kind) {
        return texts(facts.path("packages").path(kind).path("names"));
    }

    /** The capabilities that packages provide. */
    Set<String> provided() {
        var names = new TreeSet<String>();
        facts.path("packages").path("provides").properties().forEach(each -> names.add(each.getKey()));
        return names;
    }

    /** Whether the release's packages ship {@code file}. */
    boolean hasFile(String file) {
        return folders.stream()
                .map(folder -> folder.resolve("files" + file))
                .anyMatch(
                        path -> Files.exists(path) || Files.exists(path.resolveSibling(path.getFileName() + ".link")));
    }

    /** The list {@code key} for all sources and for one of them. */
    List<String> perSource(String key, Source source) {
        var all = new ArrayList<>(texts(facts.path(key).path("all")));
        all.addAll(texts(facts.path(key).path(source.id())));
        return all;
    }

    /** A setting that may differ by source. */
    JsonNode setting(String key, Source source) {
        var value = facts.path(key);
        return value.has(source.id()) ? value.path(source.id()) : value;
    }

    static Set<String> texts(JsonNode list) {
        var texts = new TreeSet<String>();
        list.forEach(each -> texts.add(each.asString()));
        return texts;
    }

    /** Writes the files below {@code part} of the release and its bases: {@code files} for what its packages ship. */
    void copyFiles(String part, Path target) throws IOException {
        Files.createDirectories(target);
        for (var folder : folders) {
            copy(folder.resolve(part), target);
        }
    }

    /** A fact that may differ by architecture. */
    static String byArchitecture(JsonNode value, Architecture architecture) {
        return (value.isObject() ? value.path(architecture.id()) : value).asString("");
    }

    private static void copy(Path from, Path target) throws IOException {
        if (!Files.isDirectory(from)) {
            return;
        }
        try (var files = Files.walk(from)) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                var copy = target.resolve(from.relativize(file).toString());
                var name = copy.getFileName().toString();
                Files.createDirectories(copy.getParent());
                if (name.endsWith(".absent")) {
                    Files.deleteIfExists(copy.resolveSibling(name.replaceAll("\\.absent$", "")));
                    Files.deleteIfExists(copy.resolveSibling(name.replaceAll("absent$", "link")));
                } else {
                    // One name is either a file or a link.
                    Files.deleteIfExists(copy.resolveSibling(name + ".link"));
                    Files.deleteIfExists(copy.resolveSibling(name.replaceAll("\\.link$", "")));
                    Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
                }
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }
}
