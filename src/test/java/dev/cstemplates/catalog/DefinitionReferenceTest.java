/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The field reference in the specification matches the schema. */
class DefinitionReferenceTest {

    private static final Path SPECIFICATION = Path.of("specs", "definitions.md");
    private static final String BEGIN = "<!-- fields -->\n";
    private static final String END = "<!-- /fields -->\n";

    private final JsonNode schema = JsonMapper.shared()
            .readTree(Path.of("templates", "definition.schema.json").toFile());

    @Test
    void everyFieldIsDocumented() throws IOException {
        var rows = new ArrayList<>(List.of("| field | value | meaning |", "|---|---|---|"));
        addFields(rows, "", schema, schema.path("$defs").path("complete"));
        var text = Files.readString(SPECIFICATION);
        var before = text.substring(0, text.indexOf(BEGIN) + BEGIN.length());
        var expected = before + String.join("\n", rows) + "\n" + text.substring(text.indexOf(END));
        if (Boolean.getBoolean("cst.specs.write")) {
            Files.writeString(SPECIFICATION, expected);
        }
        assertThat(Files.readString(SPECIFICATION)).isEqualTo(expected);
    }

    private void addFields(List<String> rows, String prefix, JsonNode map, JsonNode complete) {
        map.path("properties").forEachEntry((name, property) -> {
            var path = prefix + name;
            var form = form(property);
            assertThat(property.path("description").stringValue(""))
                    .as("description of %s", path)
                    .endsWith(".");
            var optional = isRequired(complete, name) ? "" : "*Optional.* ";
            var meaning = optional + plain(property.path("description").stringValue());
            rows.add("| `%s` | %s | %s |".formatted(path, value(property), meaning));
            var below = form(complete.path("properties").path(name));
            var required = below.isMissingNode() ? complete.path("additionalProperties") : below;
            addFields(rows, path + ".", form, required);
            // A map with arbitrary keys.
            var each = form(form.path("additionalProperties"));
            addFields(rows, path + ".<name>.", each, required.path("additionalProperties"));
            addFields(rows, path + "[].", form(form.path("items")), form(form.path("items")));
        });
    }

    private static boolean isRequired(JsonNode complete, String name) {
        return StreamSupport.stream(complete.path("required").spliterator(), false)
                .anyMatch(each -> each.stringValue("").equals(name));
    }

    /** The schema that {@code property} refers to, or itself. */
    private JsonNode form(JsonNode property) {
        var reference = property.path("$ref").stringValue("");
        return reference.isEmpty() ? property : schema.at(reference.substring(1));
    }

    private boolean isMap(JsonNode property) {
        return form(property).path("type").stringValue("").equals("object");
    }

    private String value(JsonNode property) {
        var form = form(property);
        if (form.has("enum")) {
            return "one of " + quoted(form.path("enum"));
        }
        if (form.has("items")) {
            return "list, each " + (isMap(form.path("items")) ? "a map" : value(form.path("items")));
        }
        var type = form.path("type").isArray() ? form.path("type").get(0) : form.path("type");
        var examples = property.has("examples") ? property.path("examples") : form.path("examples");
        var example = examples.isEmpty() ? "" : ", for example " + quoted(examples);
        return switch (type.stringValue("string")) {
            case "object" -> "map";
            case "integer" -> "whole number, %s to %s".formatted(form.path("minimum"), form.path("maximum"));
            case "boolean" -> "`true` or `false`";
            default -> "text" + example;
        };
    }

    /** Escapes text that Markdown would interpret as HTML. */
    private static String plain(String text) {
        return text.replace("<", "&lt;").replace(">", "&gt;");
    }

    private static String quoted(JsonNode list) {
        var names = new ArrayList<String>();
        list.forEach(each -> names.add("`" + each.stringValue() + "`"));
        return String.join(", ", names);
    }
}
