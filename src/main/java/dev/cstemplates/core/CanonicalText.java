/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.core;

import java.util.SortedMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Text whose digest identifies something for as long as it is stored. It depends on chosen names and values only, never on how Java names or
 * prints a type: renaming a record component must not invalidate every layer of every host.
 */
public final class CanonicalText {

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(JsonNodeFeature.WRITE_PROPERTIES_SORTED)
            .disable(SerializationFeature.INDENT_OUTPUT)
            .build();

    private CanonicalText() {}

    /**
     * One line with the form's name, then a line for each value, sorted by name; names and values are JSON strings.
     *
     * @param form what the text describes, with a version: {@code cst-layer/2}. Raise it when the same values mean something else.
     */
    public static String of(String form, SortedMap<String, String> values) {
        var text = new StringBuilder(form).append('\n');
        values.forEach((name, value) -> text.append(JSON.writeValueAsString(name))
                .append(": ")
                .append(JSON.writeValueAsString(value))
                .append('\n'));
        return text.toString();
    }

    /** A JSON document on one line, its properties sorted by name. */
    public static String of(JsonNode document) {
        return JSON.writeValueAsString(document);
    }
}
