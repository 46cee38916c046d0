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

/** An answer's object. The server gives numbers as texts at times and leaves out what is empty: so nothing is taken for granted. */
record JsonFields(JsonNode node) {

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ssZ");

    /** Empty where there is none. */
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

    /** 0 where there is none. */
    long number(String name) {
        return node.path(name).asLong(0);
    }

    /** Null where there is none, or none that can be read. */
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

    /** An object whose values are texts. */
    SortedMap<String, String> map(String name) {
        var map = new TreeMap<String, String>();
        for (var property : node.path(name).properties()) {
            map.put(property.getKey(), property.getValue().asString(""));
        }
        return Collections.unmodifiableSortedMap(map);
    }

    /** What {@code createTags} left: an array of objects with key and value. */
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
