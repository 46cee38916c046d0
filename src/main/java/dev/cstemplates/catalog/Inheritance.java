/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.catalog;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * Follows {@code extends} from a file to its last base and merges the chain like JSON Merge Patch (RFC 7396): maps are merged key by
 * key, everything else is replaced, null removes a value.
 */
final class Inheritance {

    private static final String EXTENDS = "extends";
    private static final String ABSTRACT = "abstract";

    private final Path templates;
    private final List<String> names;
    private final Map<String, MappingNode> files = new HashMap<>();

    /**
     * @param names paths of the definitions below {@code templates}, without {@code .yaml}; nothing else can be extended, so files outside
     *     the folder are out of reach
     */
    Inheritance(Path templates, List<String> names) {
        this.templates = templates;
        this.names = names;
    }

    /**
     * A file merged with everything that it extends.
     *
     * @param root merged, without {@code extends} and {@code abstract}; each node records its file
     * @param files the file itself first, its last base last
     */
    record Merged(MappingNode root, boolean isAbstract, List<String> files) {}

    /** The path of the file {@code name} for messages. */
    static String display(String name) {
        return "templates/" + name + ".yaml";
    }

    Merged resolve(String name) throws DefinitionLoadException {
        var chain = chainFrom(name);
        var merged = new MappingNode(Tag.MAP, List.of(), FlowStyle.BLOCK);
        for (var patch : new ArrayList<>(chain.values()).reversed()) {
            merged = merge(merged, patch);
        }
        var root = without(merged, EXTENDS, ABSTRACT);
        return new Merged(
                root,
                isAbstract(read(name)),
                chain.keySet().stream().map(Inheritance::display).toList());
    }

    private Map<String, MappingNode> chainFrom(String name) throws DefinitionLoadException {
        var chain = new LinkedHashMap<String, MappingNode>();
        @Nullable String next = name;
        while (next != null) {
            var file = read(next);
            chain.put(next, file);
            var base = YamlTree.entry(file, EXTENDS);
            next = base == null ? null : checkedBase(base.getValueNode(), chain);
        }
        return chain;
    }

    private String checkedBase(Node node, Map<String, MappingNode> chain) throws DefinitionLoadException {
        if (!(node instanceof ScalarNode scalar) || !node.getTag().equals(Tag.STR)) {
            throw DefinitionLoadException.at(
                    node, EXTENDS, "expected the name of one file below templates/, without .yaml");
        }
        var base = scalar.getValue();
        if (chain.containsKey(base)) {
            var circle = Stream.concat(chain.keySet().stream(), Stream.of(base)).collect(Collectors.joining(" -> "));
            throw DefinitionLoadException.at(node, EXTENDS, "circular 'extends': " + circle);
        }
        if (!names.contains(base)) {
            throw DefinitionLoadException.at(
                    node, EXTENDS, "there is no file " + display(base) + Suggestions.question(base, names));
        }
        return base;
    }

    private MappingNode read(String name) throws DefinitionLoadException {
        var known = files.get(name);
        if (known != null) {
            return known;
        }
        var file = templates.resolve(name + ".yaml");
        try {
            if (!file.toRealPath().startsWith(templates.toRealPath())) {
                throw DefinitionLoadException.whole(
                        display(name), "the file is a symbolic link to a target outside templates/");
            }
        } catch (IOException e) {
            throw DefinitionLoadException.whole(display(name), "cannot read the file: " + e);
        }
        var read = YamlFile.read(file, display(name));
        files.put(name, read);
        return read;
    }

    private static boolean isAbstract(MappingNode file) throws DefinitionLoadException {
        var tuple = YamlTree.entry(file, ABSTRACT);
        if (tuple == null) {
            return false;
        }
        if (!(tuple.getValueNode() instanceof ScalarNode scalar)
                || !scalar.getTag().equals(Tag.BOOL)) {
            throw DefinitionLoadException.at(tuple.getValueNode(), ABSTRACT, "expected true or false");
        }
        return Boolean.parseBoolean(scalar.getValue());
    }

    private static MappingNode merge(MappingNode base, MappingNode patch) {
        var merged = new LinkedHashMap<String, NodeTuple>();
        base.getValue().forEach(tuple -> merged.put(YamlTree.keyOf(tuple), tuple));
        for (var tuple : patch.getValue()) {
            var key = YamlTree.keyOf(tuple);
            var value = tuple.getValueNode();
            if (YamlTree.isNull(value)) {
                merged.remove(key);
            } else if (value instanceof MappingNode map) {
                var below = merged.get(key);
                var old = below != null && below.getValueNode() instanceof MappingNode there
                        ? there
                        : copy(map, List.of());
                merged.put(key, new NodeTuple(tuple.getKeyNode(), merge(old, map)));
            } else {
                merged.put(key, tuple);
            }
        }
        return copy(patch, List.copyOf(merged.values()));
    }

    private static MappingNode without(MappingNode map, String... keys) {
        var left = map.getValue().stream()
                .filter(tuple -> !List.of(keys).contains(YamlTree.keyOf(tuple)))
                .toList();
        return copy(map, left);
    }

    /** A map with other content and the position of {@code map}. */
    private static MappingNode copy(MappingNode map, List<NodeTuple> content) {
        return new MappingNode(map.getTag(), true, content, map.getFlowStyle(), map.getStartMark(), map.getEndMark());
    }
}
