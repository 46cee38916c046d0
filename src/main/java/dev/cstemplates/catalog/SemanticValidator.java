/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.catalog;

import static dev.cstemplates.catalog.DefinitionReader.text;
import static dev.cstemplates.catalog.DefinitionReader.texts;

import dev.cstemplates.core.Architecture;
import dev.cstemplates.core.ByteSize;
import dev.cstemplates.core.Digest;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import tools.jackson.databind.JsonNode;

/** Finds contradictions that a JSON schema cannot express, in a document that fits the schema. */
final class SemanticValidator {

    private final MappingNode root;
    private final JsonNode document;
    private final List<Problem> problems = new ArrayList<>();

    private SemanticValidator(MappingNode root, JsonNode document) {
        this.root = root;
        this.document = document;
    }

    /** @param root the same document as YAML nodes with line numbers */
    static List<Problem> validate(MappingNode root, JsonNode document) {
        var validator = new SemanticValidator(root, document);
        validator.checkId();
        validator.checkSources();
        for (var architecture : Architecture.values()) {
            validator.checkMedia(architecture, Source.ISO);
            validator.checkMedia(architecture, Source.IMAGE);
        }
        if (document.has("bootstrap") && text(document, "packageFamily").equals("apt")) {
            validator.checkKeys(document.path("bootstrap"), List.of("bootstrap"));
        } else if (document.has("bootstrap")) {
            validator.checkRpmBootstrap(document.path("bootstrap"));
        }
        return validator.problems;
    }

    private void checkId() {
        var id = text(document, "id");
        var expected = text(document, "family") + "-" + text(document, "release");
        if (!id.equals(expected)) {
            add(List.of("id"), "expected <family>-<release>, which is '" + expected + "', found '" + id + "'");
        }
    }

    private void checkSources() {
        var hasMedium =
                document.path("architectures").valueStream().anyMatch(each -> each.has("iso") || each.has("image"));
        if (!document.has("bootstrap") && !hasMedium) {
            add(
                    List.of(),
                    "there is no source for the first disk: add 'bootstrap', an 'image', or an 'iso' with its"
                            + " 'installer'");
        }
    }

    private void checkMedia(Architecture architecture, Source source) {
        var medium = document.path("architectures").path(architecture.id()).path(source.id());
        if (medium.isMissingNode()) {
            return;
        }
        var place = List.<Object>of("architectures", architecture.id(), source.id());
        if (source == Source.ISO && !document.has("installer")) {
            add(place, "an ISO needs an 'installer'");
        }
        if (!MediaReader.isLocal(medium)) {
            checkKeys(medium.path("signature"), below(place, "signature"));
            checkSize(medium.path("size"), below(place, "size"));
            checkNames(medium, place);
        }
    }

    private void checkKeys(JsonNode signed, List<Object> place) {
        var known = List.copyOf(document.path("keys").propertyNames());
        var names = texts(signed, "keys");
        for (var i = 0; i < names.size(); i++) {
            var name = names.get(i);
            if (!known.contains(name)) {
                add(
                        below(place, "keys", i),
                        "there is no key '" + name + "' in 'keys'" + Suggestions.question(name, known));
            }
        }
    }

    private void checkSize(JsonNode size, List<Object> place) {
        if (ByteSize.parse(text(size, "most")).compareTo(ByteSize.parse(text(size, "least"))) < 0) {
            add(place, "'most' is less than 'least'");
        }
    }

    private void checkNames(JsonNode medium, List<Object> place) {
        var file = text(medium, "file");
        var checksum = medium.path("checksum");
        if (!compiles(file, below(place, "file"))
                || (checksum.has("index") && !compiles(text(checksum, "index"), below(place, "checksum", "index")))) {
            return;
        }
        var isUnique = MediaReader.onlyName(file).isPresent();
        var needsUniqueName =
                "needs a 'file' that matches one name only (letters, digits, and dots escaped by a backslash)";
        if (!isUnique && checksum.path("file").stringValue("").contains("{file}")) {
            add(below(place, "checksum", "file"), "'{file}' " + needsUniqueName);
        }
        if (!isUnique && text(checksum, "format").equals("single")) {
            add(below(place, "checksum", "format"), "'single' " + needsUniqueName);
        }
        if (medium.has("pin")) {
            checkPin(medium, below(place, "pin"));
        }
    }

    private void checkPin(JsonNode medium, List<Object> place) {
        var pin = medium.path("pin");
        if (!text(pin, "file").matches(text(medium, "file"))) {
            add(below(place, "file"), "'file' does not match '" + text(pin, "file") + "'");
        }
        var algorithm = DefinitionReader.one(Digest.Algorithm.class, text(medium.path("checksum"), "algorithm"));
        if (text(pin, "digest").length() != algorithm.digits()) {
            add(below(place, "digest"), "a " + algorithm + " digest has " + algorithm.digits() + " digits");
        }
    }

    /** The schema's regular expressions are ECMAScript's, which Java does not accept in every case. */
    private boolean compiles(String expression, List<Object> place) {
        try {
            Pattern.compile(expression);
            return true;
        } catch (PatternSyntaxException e) {
            add(place, "invalid regular expression '" + expression + "': " + e.getDescription());
            return false;
        }
    }

    private void checkRpmBootstrap(JsonNode bootstrap) {
        var place = List.<Object>of("bootstrap");
        checkKeys(bootstrap, place);
        var keys = texts(bootstrap, "keys");
        for (var expired : texts(bootstrap, "expiredKeys")) {
            if (!keys.contains(expired)) {
                add(below(place, "expiredKeys"), "the key '" + expired + "' is not in 'keys' above");
            }
        }
        var repositories = bootstrap.has("repositories")
                ? bootstrap.path("repositories")
                : document.path("installer").path("repositories");
        if (repositories.isEmpty()) {
            add(place, "there are no 'repositories', neither here nor in 'installer'");
        }
        for (var repository : repositories) {
            if (!text(repository, "url").startsWith(text(bootstrap, "mirror") + "/")) {
                add(
                        below(place, "mirror"),
                        "the URL of repository '" + text(repository, "name") + "' does not start with it: "
                                + text(repository, "url"));
            }
        }
    }

    private static List<Object> below(List<Object> place, Object... steps) {
        var path = new ArrayList<>(place);
        path.addAll(List.of(steps));
        return path;
    }

    private void add(List<?> path, String message) {
        problems.add(CatalogLoader.problem(root, path, message));
    }
}
