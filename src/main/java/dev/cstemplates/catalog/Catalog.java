/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.catalog;

import dev.cstemplates.core.Failure;
import dev.cstemplates.host.Installation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SequencedCollection;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ObjectNode;

/** The definitions of an installation. A broken file does not affect the others: it is listed in {@link #problems()}. */
public final class Catalog {

    private final SortedMap<String, Entry> entries;
    private final SortedSet<Problem> problems;
    private final List<CatalogLoader.Unusable> unusable;

    Catalog(SortedMap<String, Entry> entries, SortedSet<Problem> problems, List<CatalogLoader.Unusable> unusable) {
        this.entries = entries;
        this.problems = problems;
        this.unusable = unusable;
    }

    /**
     * A definition and its files.
     *
     * @param document the merged document, which fits {@code definition.schema.json}; read-only
     * @param files relative to the installation: the definition's own file first, its last base last
     */
    public record Entry(Definition definition, ObjectNode document, List<String> files) {}

    /** Reads all definitions of {@code installation}; a {@link Failure} of kind host if the folder is unreadable. */
    public static Catalog load(Installation installation) {
        var templates = installation.templates();
        var schema = DefinitionSchema.read(templates.resolve("definition.schema.json"));
        return new CatalogLoader(new Inheritance(templates, names(templates)), schema).load(names(templates));
    }

    /** The valid definitions, sorted by ID. */
    public List<Definition> definitions() {
        return entries.values().stream().map(Entry::definition).toList();
    }

    /** The definition with this ID; otherwise a {@link Failure} of kind usage with the reason. */
    public Definition definition(String id) {
        return entry(id).definition();
    }

    /** As {@link #definition}, with the files behind it. */
    public Entry entry(String id) {
        var entry = entries.get(id);
        if (entry != null) {
            return entry;
        }
        var reasons = unusable.stream()
                .filter(file -> file.id().equals(id))
                .flatMap(file -> file.problems().stream())
                .map(Problem::toString)
                .distinct()
                .collect(Collectors.joining("\n"));
        if (!reasons.isEmpty()) {
            throw Failure.usage(
                    "Invalid definition '" + id + "':\n" + reasons, "Fix the file, then run 'cst check " + id + "'.");
        }
        throw Failure.usage(
                "There is no definition '" + id + "'" + Suggestions.question(id, entries.keySet()),
                "Run 'cst list' to see all definitions.");
    }

    /** All errors, sorted by file and line. */
    public SequencedCollection<Problem> problems() {
        return problems;
    }

    private static List<String> names(Path templates) {
        try (var files = Files.walk(templates)) {
            return files.filter(file -> file.toString().endsWith(".yaml") && !Files.isDirectory(file))
                    .map(file -> templates.relativize(file).toString())
                    .map(name -> name.substring(0, name.length() - ".yaml".length()))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw Failure.host(
                            "Cannot read the definitions in " + templates + ": " + e,
                            "Check the folder's owner and permissions.")
                    .because(e);
        }
    }
}
