/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.catalog;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.DocumentStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.schema.JsonSchema;

/**
 * Reads an untrusted YAML file. Accepts plain data only: one document, a map at the top, text as keys, no aliases (they can expand a
 * small file exponentially), no tags, and a limited size and depth.
 */
final class YamlFile {

    static final int MOST_BYTES = 256 * 1024;
    private static final int DEEPEST = 20;

    private final Path file;
    private final String name;
    private final List<Problem> problems = new ArrayList<>();

    private YamlFile(Path file, String name) {
        this.file = file;
        this.name = name;
    }

    /** The file's content; {@code name} is the file's name in problems. */
    static MappingNode read(Path file, String name) throws DefinitionLoadException {
        return new YamlFile(file, name).read();
    }

    private MappingNode read() throws DefinitionLoadException {
        var text = text();
        var settings = LoadSettings.builder()
                .setLabel(name)
                .setSchema(new JsonSchema())
                .setCodePointLimit(MOST_BYTES)
                .setAllowNonScalarKeys(true) // So that checkNode reports the position.
                .build();
        try {
            checkEvents(new Parse(settings).parseString(text));
            var root = new Compose(settings).composeString(text).orElse(null);
            if (!(root instanceof MappingNode map)) {
                throw DefinitionLoadException.whole(name, "the file is not a map of keys and values");
            }
            checkNode(map, "");
            if (!problems.isEmpty()) {
                throw new DefinitionLoadException(problems);
            }
            return map;
        } catch (MarkedYamlEngineException e) {
            var context = e.getContext() == null ? "" : e.getContext() + ": ";
            throw at(
                    e.getProblemMark().or(e::getContextMark).orElseThrow(), "broken YAML: " + context + e.getProblem());
        } catch (ReaderException e) {
            throw forbiddenCharacter(text, e);
        }
    }

    private String text() throws DefinitionLoadException {
        try (var in = Files.newInputStream(file)) {
            var bytes = in.readNBytes(MOST_BYTES + 1);
            if (bytes.length > MOST_BYTES) {
                throw DefinitionLoadException.whole(name, "the file is larger than " + MOST_BYTES / 1024 + " KiB");
            }
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw DefinitionLoadException.whole(name, "the file is not UTF-8 text");
        } catch (IOException e) {
            throw DefinitionLoadException.whole(name, "cannot read the file: " + e);
        }
    }

    /** Checks the events before a tree is built, in constant memory. */
    private void checkEvents(Iterable<Event> events) throws DefinitionLoadException {
        var depth = 0;
        var documents = 0;
        for (var event : events) {
            switch (event) {
                case AliasEvent alias ->
                    throw at(
                            mark(alias),
                            "aliases (*" + alias.getAlias() + ") are not allowed; share data with 'extends'");
                case CollectionStartEvent start -> {
                    depth++;
                    if (depth > DEEPEST) {
                        throw at(mark(start), "nested deeper than " + DEEPEST + " levels");
                    }
                    if (start.getTag().isPresent()) {
                        throw tag(start, start.getTag().get());
                    }
                }
                case CollectionEndEvent end -> depth--;
                case ScalarEvent scalar
                when scalar.getTag().isPresent() ->
                    throw tag(scalar, scalar.getTag().get());
                case DocumentStartEvent start -> {
                    documents++;
                    if (documents > 1) {
                        throw at(mark(start), "the file contains a second document; use one file per definition");
                    }
                }
                default -> {
                    // Harmless.
                }
            }
        }
    }

    private void checkNode(Node node, String where) {
        switch (node) {
            case MappingNode map -> {
                var lines = new HashMap<String, Integer>();
                for (var tuple : map.getValue()) {
                    if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
                        problems.add(YamlTree.problemAt(tuple.getKeyNode(), where, "keys must be text"));
                        continue;
                    }
                    var line = key.getStartMark().orElseThrow().getLine() + 1;
                    var earlier = lines.putIfAbsent(key.getValue(), line);
                    if (earlier != null) {
                        problems.add(YamlTree.problemAt(
                                key, where, "duplicate key '" + key.getValue() + "', first used in line " + earlier));
                    }
                    checkNode(key, where);
                    checkNode(tuple.getValueNode(), where.isEmpty() ? key.getValue() : where + "." + key.getValue());
                }
            }
            case SequenceNode list -> {
                for (var i = 0; i < list.getValue().size(); i++) {
                    checkNode(list.getValue().get(i), where + "[" + i + "]");
                }
            }
            case ScalarNode scalar -> {
                if (scalar.getValue().chars().anyMatch(Character::isISOControl)) {
                    problems.add(YamlTree.problemAt(
                            scalar, where, "the text contains a line break or another control character"));
                }
            }
            default -> throw new IllegalStateException("A composed node is a map, a list or a scalar: " + node);
        }
    }

    private DefinitionLoadException forbiddenCharacter(String text, ReaderException e) {
        var before = text.substring(0, text.offsetByCodePoints(0, e.getPosition()));
        var line = 1 + (int) before.chars().filter(letter -> letter == '\n').count();
        var column = before.length() - before.lastIndexOf('\n');
        var message = "broken YAML: the character U+%04X is not allowed".formatted(e.getCodePoint());
        return new DefinitionLoadException(List.of(new Problem(name, line, column, "", message)));
    }

    private DefinitionLoadException tag(Event event, String tag) {
        return at(mark(event), "tags (" + tag + ") are not allowed");
    }

    private static Mark mark(Event event) {
        return event.getStartMark().orElseThrow();
    }

    private DefinitionLoadException at(Mark mark, String message) {
        return new DefinitionLoadException(
                List.of(new Problem(name, mark.getLine() + 1, mark.getColumn() + 1, "", message)));
    }
}
