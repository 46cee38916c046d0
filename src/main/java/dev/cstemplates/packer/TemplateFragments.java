/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.packer;

import dev.cstemplates.core.Failure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The base configurations, JSON of the form {@code {"variables": {}, "builder": {}, "provisioner": {}}}.
 *
 * <p>{@code prepare.json} is the base of a phase; {@code prepare.aarch64.json}, {@code prepare.aarch64.uefi.json} and so on are merged
 * over it: objects key by key, lists appended, everything else replaced.
 */
final class TemplateFragments {

    private final Path folder;
    private final JsonMapper json;

    TemplateFragments(Path folder, JsonMapper json) {
        this.folder = folder;
        this.json = json;
    }

    /** A phase's configuration with those of its qualifiers merged in. */
    ObjectNode merged(String phase, List<String> qualifiers) {
        var whole = read(folder.resolve(phase + ".json"));
        for (var qualifier : qualifiers) {
            var file = folder.resolve(phase + "." + qualifier + ".json");
            if (Files.exists(file)) {
                merge(whole, read(file));
            }
        }
        return whole;
    }

    private ObjectNode read(Path file) {
        try {
            if (json.readTree(file.toFile()) instanceof ObjectNode object) {
                return object;
            }
            throw damaged(file, "it is not a JSON object");
        } catch (JacksonException e) {
            throw damaged(file, e.getOriginalMessage()).because(e);
        }
    }

    private static Failure damaged(Path file, String why) {
        return Failure.host(
                "Cannot read the Packer configuration " + file + ": " + why,
                "Restore it from the cst release or checkout.");
    }

    static void merge(ObjectNode into, ObjectNode from) {
        for (var member : from.properties()) {
            JsonNode present = into.get(member.getKey());
            if (present instanceof ObjectNode here && member.getValue() instanceof ObjectNode there) {
                merge(here, there);
            } else if (present instanceof ArrayNode here && member.getValue() instanceof ArrayNode there) {
                here.addAll(there);
            } else {
                into.set(member.getKey(), member.getValue());
            }
        }
    }
}
