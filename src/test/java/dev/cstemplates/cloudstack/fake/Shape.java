/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.cloudstack.fake;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/** The structure of a response: paths of keys with the types of their values. */
final class Shape {

    /** Maps with user-defined keys. */
    private static final Set<String> FREE = Set.of("details", "deployasisdetails");

    private Shape() {}

    static Map<String, String> of(JsonNode answer) {
        var shape = new TreeMap<String, String>();
        add("", answer, shape);
        return shape;
    }

    private static void add(String path, JsonNode value, Map<String, String> shape) {
        var name = path.substring(path.lastIndexOf('.') + 1);
        if (value.isArray()) {
            shape.put(path, "ARRAY");
            value.forEach(item -> add(path + "[]", item, shape));
        } else if (value.isObject()) {
            shape.put(path, "OBJECT");
            if (!FREE.contains(name)) {
                value.properties().forEach(entry -> add(path + "." + entry.getKey(), entry.getValue(), shape));
            }
        } else {
            shape.put(path, value.getNodeType().name());
        }
    }
}
