/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.catalog;

import java.math.BigInteger;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * Navigates trees of YAML nodes that {@link YamlFile} has accepted. Every node records its file and line, even after several files were
 * merged.
 */
final class YamlTree {
    private YamlTree() {}

    static @Nullable NodeTuple entry(MappingNode map, String key) {
        for (var tuple : map.getValue()) {
            if (keyOf(tuple).equals(key)) {
                return tuple;
            }
        }
        return null;
    }

    static String keyOf(NodeTuple tuple) {
        return ((ScalarNode) tuple.getKeyNode()).getValue();
    }

    static boolean isNull(Node node) {
        return node.getTag().equals(Tag.NULL);
    }

    /** A problem at a node, in the file of that node. */
    static Problem problemAt(Node node, String where, String message) {
        var mark = node.getStartMark().orElseThrow();
        return new Problem(mark.getName(), mark.getLine() + 1, mark.getColumn() + 1, where, message);
    }

    /**
     * The node to show for {@code path}: the value, or the key for a map or list, or the nearest parent if the node does not exist.
     *
     * @param path keys and list positions from the root
     * @param key whether the last key is meant rather than its value
     */
    static Node at(Node root, List<?> path, boolean key) {
        var shown = root;
        var node = root;
        for (var step : path) {
            var tuple = node instanceof MappingNode map ? entry(map, String.valueOf(step)) : null;
            if (tuple != null) {
                node = tuple.getValueNode();
                shown = node instanceof ScalarNode && !key ? node : tuple.getKeyNode();
            } else if (node instanceof SequenceNode list
                    && step instanceof Number position
                    && position.intValue() < list.getValue().size()) {
                node = list.getValue().get(position.intValue());
                shown = node;
            } else {
                break;
            }
        }
        return shown;
    }

    /** The tree as JSON. */
    static JsonNode json(Node node) {
        var make = JsonNodeFactory.instance;
        return switch (node) {
            case MappingNode map -> {
                var object = make.objectNode();
                map.getValue().forEach(tuple -> object.set(keyOf(tuple), json(tuple.getValueNode())));
                yield object;
            }
            case SequenceNode list -> {
                var array = make.arrayNode();
                list.getValue().forEach(item -> array.add(json(item)));
                yield array;
            }
            case ScalarNode scalar -> scalar(scalar);
            default -> throw new IllegalStateException("YamlFile accepts no other node: " + node);
        };
    }

    private static JsonNode scalar(ScalarNode node) {
        var make = JsonNodeFactory.instance;
        var text = node.getValue();
        var tag = node.getTag();
        if (tag.equals(Tag.NULL)) {
            return make.nullNode();
        } else if (tag.equals(Tag.BOOL)) {
            return make.booleanNode(Boolean.parseBoolean(text));
        } else if (tag.equals(Tag.INT) && text.length() < 10) {
            return make.numberNode(Integer.parseInt(text));
        } else if (tag.equals(Tag.INT)) {
            return make.numberNode(new BigInteger(text));
        } else if (tag.equals(Tag.FLOAT) && !text.contains(".inf") && !text.contains(".nan")) {
            return make.numberNode(Double.parseDouble(text));
        }
        return make.stringNode(text);
    }
}
