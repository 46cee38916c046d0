/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.catalog;

import dev.cstemplates.core.NaturalOrder;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import tools.jackson.databind.node.ObjectNode;

/** Loads files one by one and isolates their errors. */
final class CatalogLoader {

    private final Inheritance inheritance;
    private final DefinitionSchema schema;
    private final TreeMap<String, Catalog.Entry> entries = new TreeMap<>(new NaturalOrder());
    private final Set<String> ambiguous = new HashSet<>();
    private final TreeSet<Problem> problems = new TreeSet<>();
    private final List<Unusable> unusable = new ArrayList<>();

    CatalogLoader(Inheritance inheritance, DefinitionSchema schema) {
        this.inheritance = inheritance;
        this.schema = schema;
    }

    /**
     * An invalid file.
     *
     * @param id the ID it declares, or one derived from its name
     */
    record Unusable(String id, List<Problem> problems) {}

    Catalog load(List<String> names) {
        names.forEach(this::loadFile);
        ambiguous.forEach(entries::remove);
        return new Catalog(entries, problems, List.copyOf(unusable));
    }

    private void loadFile(String name) {
        try {
            var merged = inheritance.resolve(name);
            if (merged.isAbstract()) {
                problems.addAll(problemsOf(merged));
            } else {
                add(name, merged);
            }
        } catch (DefinitionLoadException e) {
            reject(name.replace('/', '-'), e.problems());
        }
    }

    private void add(String name, Inheritance.Merged merged) {
        var root = merged.root();
        var found = problemsOf(merged);
        if (!found.isEmpty()) {
            reject(textOf(root, "id", name.replace('/', '-')), found);
            return;
        }
        var document = (ObjectNode) YamlTree.json(root);
        var entry = new Catalog.Entry(DefinitionReader.read(document), document, merged.files());
        var id = entry.definition().id();
        var earlier = entries.putIfAbsent(id, entry);
        if (earlier != null) {
            ambiguous.add(id);
            var message =
                    "the id '" + id + "' is already used by " + earlier.files().getFirst();
            reject(id, List.of(problem(root, List.of("id"), message)));
        }
    }

    private void reject(String id, List<Problem> found) {
        problems.addAll(found);
        unusable.add(new Unusable(id, found));
    }

    private List<Problem> problemsOf(Inheritance.Merged merged) {
        var root = merged.root();
        var document = (ObjectNode) YamlTree.json(root);
        if (merged.isAbstract()) {
            document.put("abstract", true);
        }
        var found = new ArrayList<Problem>();
        for (var violation : schema.violations(document)) {
            var place = new ArrayList<>(violation.path());
            if (violation.key() != null) {
                place.add(violation.key());
            }
            found.add(YamlTree.problemAt(
                    YamlTree.at(root, place, violation.key() != null), violation.where(), violation.message()));
        }
        if (found.isEmpty() && !merged.isAbstract()) {
            found.addAll(SemanticValidator.validate(root, document));
        }
        return found;
    }

    static Problem problem(MappingNode root, List<?> path, String message) {
        var where = path.stream().map(Object::toString).collect(Collectors.joining("."));
        return YamlTree.problemAt(YamlTree.at(root, path, false), where, message);
    }

    private static String textOf(MappingNode root, String key, String otherwise) {
        var tuple = YamlTree.entry(root, key);
        return tuple != null && tuple.getValueNode() instanceof ScalarNode scalar ? scalar.getValue() : otherwise;
    }
}
