/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.cloudstack.fake;

import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** JSON as the server writes it, and the XML that it writes by default. */
final class Json {

    static final JsonMapper MAPPER = JsonMapper.builder().build();

    private Json() {}

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    static ObjectNode object(Map<String, String> entries) {
        var object = object();
        entries.forEach(object::put);
        return object;
    }

    static ArrayNode array(Iterable<? extends JsonNode> items) {
        var array = JsonNodeFactory.instance.arrayNode();
        items.forEach(array::add);
        return array;
    }

    static ObjectNode success() {
        return object().put("success", true);
    }

    static String xml(JsonNode document) {
        var xml = new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
        document.properties().forEach(entry -> element(xml, entry.getKey(), entry.getValue()));
        return xml.toString();
    }

    private static void element(StringBuilder xml, String name, JsonNode value) {
        if (value.isArray()) {
            value.forEach(item -> element(xml, name, item));
            return;
        }
        xml.append('<').append(name).append('>');
        if (value.isObject()) {
            value.properties().forEach(entry -> element(xml, entry.getKey(), entry.getValue()));
        } else {
            xml.append(
                    value.asString().replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"));
        }
        xml.append("</").append(name).append('>');
    }
}
