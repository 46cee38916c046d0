/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.catalog;

import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import com.networknt.schema.path.NodePath;
import dev.cstemplates.core.Failure;
import dev.cstemplates.core.PlainText;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Validates documents against a JSON schema and describes violations in plain English. */
public final class DefinitionSchema {

    /** Characters of a value that a message shows. */
    private static final int LONGEST_VALUE = 60;

    private final JsonNode source;
    private final Schema schema;

    private DefinitionSchema(JsonNode source) {
        this.source = source;
        var config = SchemaRegistryConfig.builder()
                .formatAssertionsEnabled(true)
                .locale(Locale.ENGLISH)
                .build();
        this.schema = SchemaRegistry.withDefaultDialect(
                        SpecificationVersion.DRAFT_2020_12, builder -> builder.schemaRegistryConfig(config))
                .getSchema(source);
    }

    /** The schema in {@code file}; a {@link Failure} of kind host if the file is missing or damaged. */
    public static DefinitionSchema read(Path file) {
        try {
            if (Files.isRegularFile(file)) {
                return new DefinitionSchema(JsonMapper.shared().readTree(file.toFile()));
            }
        } catch (JacksonException e) {
            throw damaged(file).because(e);
        }
        throw damaged(file);
    }

    /**
     * A violation of the schema.
     *
     * @param path keys and list positions from the root to the value
     * @param key the unexpected key below {@code path}; null for any other violation
     */
    public record Violation(List<Object> path, @Nullable String key, String message) {

        /** The path as text: {@code architectures.x86_64.bootloaderPackages[0]}. */
        public String where() {
            var text = new StringBuilder();
            for (var step : path) {
                if (step instanceof Number) {
                    text.append('[').append(step).append(']');
                } else {
                    text.append(text.isEmpty() ? "" : ".").append(step);
                }
            }
            return text.toString();
        }
    }

    /** Every violation in {@code document}; a document without {@code extends} and {@code abstract} has to be complete. */
    public List<Violation> violations(JsonNode document) {
        return schema.validate(document).stream()
                .map(this::violation)
                .distinct()
                .toList();
    }

    private Violation violation(Error error) {
        var path = steps(error.getInstanceLocation());
        var unknown = "additionalProperties".equals(error.getKeyword()) ? error.getProperty() : null;
        return new Violation(path, unknown, unknown == null ? message(error) : unknownKey(error, unknown));
    }

    private String message(Error error) {
        var rule = parentOf(error);
        var expected = error.getSchemaNode();
        var found = found(error.getInstanceNode());
        return switch (error.getKeyword()) {
            case "required" -> "the key '" + error.getProperty() + "' is missing";
            case "dependentRequired" ->
                "the key '" + join(expected.path(error.getProperty())) + "' is missing; '" + error.getProperty()
                        + "' requires it";
            case "type" -> "expected " + types(expected) + ", found " + found + quotesHint(error);
            case "enum" -> "expected one of " + join(expected) + ", found " + found + didYouMean(error, expected);
            case "pattern" -> "expected the form " + expected.stringValue("") + example(rule) + ", found " + found;
            case "format" -> "expected a " + expected.stringValue("") + example(rule) + ", found " + found;
            case "minimum" -> "expected " + expected + " or more, found " + found;
            case "maximum" -> "expected " + expected + " or less, found " + found;
            case "minLength", "minItems", "minProperties" -> "must not be empty";
            case "maxLength" -> "expected at most " + expected + " characters, found " + found;
            case "uniqueItems" -> "duplicate item in " + found;
            case "oneOf" -> "expected exactly one of the keys " + requiredKeys(expected);
            case "not" -> found + " is not allowed here";
            default -> error.getMessage() + ", found " + found;
        };
    }

    private String unknownKey(Error error, String key) {
        var known = List.copyOf(parentOf(error).path("properties").propertyNames());
        var question = Suggestions.question(key, known);
        return "unknown key '" + key + "'"
                + (question.isEmpty() ? "; expected one of " + String.join(", ", known) : question);
    }

    /** The schema object that contains the violated keyword. */
    private JsonNode parentOf(Error error) {
        var node = source;
        var steps = steps(error.getSchemaLocation().getFragment());
        for (var step : steps.subList(0, Math.max(0, steps.size() - 1))) {
            node = step instanceof Integer position ? node.path(position) : node.path(step.toString());
        }
        return node;
    }

    private static List<Object> steps(@Nullable NodePath path) {
        var steps = new ArrayList<>();
        for (var i = 0; path != null && i < path.getNameCount(); i++) {
            steps.add(path.getElement(i));
        }
        return steps;
    }

    private static String types(JsonNode type) {
        var names = new ArrayList<String>();
        (type.isArray() ? type : List.of(type)).forEach(each -> names.add(type(each.stringValue(""))));
        return String.join(" or ", names);
    }

    private static String type(String name) {
        return switch (name) {
            case "object" -> "a map";
            case "array" -> "a list";
            case "string" -> "text";
            case "integer" -> "a whole number";
            case "boolean" -> "true or false";
            default -> name;
        };
    }

    private static String found(JsonNode node) {
        return switch (node.getNodeType()) {
            case OBJECT -> "a map";
            case ARRAY -> "a list";
            case STRING -> "'" + PlainText.shortened(node.stringValue(), LONGEST_VALUE) + "'";
            case NUMBER -> "the number " + PlainText.shortened(node.toString(), LONGEST_VALUE);
            default -> PlainText.shortened(node.toString(), LONGEST_VALUE);
        };
    }

    /** YAML reads an unquoted release 12 as a number, a common mistake. */
    private static String quotesHint(Error error) {
        var isText = "string".equals(error.getSchemaNode().stringValue(""));
        return isText && error.getInstanceNode().isNumber() ? " (put it in quotes)" : "";
    }

    private static String join(JsonNode list) {
        var texts = new ArrayList<String>();
        list.forEach(each -> texts.add(each.stringValue("")));
        return String.join(", ", texts);
    }

    /** The keys of alternatives of the form {@code {"required": ["key"]}}. */
    private static String requiredKeys(JsonNode alternatives) {
        var keys = new ArrayList<String>();
        alternatives.forEach(each -> keys.add(join(each.path("required"))));
        return String.join(", ", keys);
    }

    private static String didYouMean(Error error, JsonNode list) {
        var texts = new ArrayList<String>();
        list.forEach(each -> texts.add(each.stringValue("")));
        var node = error.getInstanceNode();
        return node.isString() ? Suggestions.question(node.stringValue(), texts) : "";
    }

    private static String example(JsonNode rule) {
        var examples = rule.path("examples");
        return examples.isEmpty() ? "" : ", for example " + examples.get(0).stringValue("");
    }

    private static Failure damaged(Path file) {
        return Failure.host(file + " is missing or damaged", "Restore it from the cst release or checkout.");
    }
}
