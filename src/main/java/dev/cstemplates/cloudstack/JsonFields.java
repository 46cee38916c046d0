/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.cloudstack;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** An object of a response. The server sometimes sends numbers as strings and omits empty values, so every getter has a default. */
record JsonFields(JsonNode node) {

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ssZ");

    /** Empty if missing. */
    String text(String name) {
        return node.path(name).asString("");
    }

    @Nullable
    String optional(String name) {
        var text = text(name);
        return text.isEmpty() ? null : text;
    }

    boolean flag(String name) {
        return node.path(name).asBoolean(false);
    }

    /** 0 if missing. */
    long number(String name) {
        return node.path(name).asLong(0);
    }

    /** Null if missing or invalid. */
    @Nullable
    Instant time(String name) {
        try {
            return OffsetDateTime.parse(text(name), TIME).toInstant();
        } catch (DateTimeParseException e) {
            return null;
        }
    }

    <T> List<T> list(String name, Function<JsonFields, T> item) {
        return node.path(name).valueStream().map(JsonFields::new).map(item).toList();
    }

    List<String> texts(String name) {
        return node.path(name).valueStream().map(each -> each.asString("")).toList();
    }

    /** An object with string values. */
    SortedMap<String, String> map(String name) {
        var map = new TreeMap<String, String>();
        for (var property : node.path(name).properties()) {
            map.put(property.getKey(), property.getValue().asString(""));
        }
        return Collections.unmodifiableSortedMap(map);
    }

    /** Tags, listed as an array of objects with key and value. */
    Map<String, String> tags() {
        var map = new TreeMap<String, String>();
        for (var tag : node.path("tags")) {
            var fields = new JsonFields(tag);
            map.put(fields.text("key"), fields.text("value"));
        }
        return Collections.unmodifiableSortedMap(map);
    }

    JsonFields object(String name) {
        return new JsonFields(node.path(name));
    }
}
