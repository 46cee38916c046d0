/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.cloudstack;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A recorded response of a real management server; {@code src/test/resources/cloudstack/recordings}. */
public record Recording(String name, JsonNode content) {

    private static final Path FOLDER = Path.of("src/test/resources/cloudstack/recordings");

    public static Recording of(String name) {
        return new Recording(name, JsonMapper.shared().readTree(FOLDER.resolve(name + ".json")));
    }

    /** All recordings that are responses. */
    public static List<Recording> all() throws Exception {
        try (var files = Files.walk(FOLDER)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> FOLDER.relativize(file).toString().replace(".json", ""))
                    .sorted()
                    .map(Recording::of)
                    .filter(each -> each.content.has("http_status") && each.content.has("response"))
                    .toList();
        }
    }

    int status() {
        return content.path("http_status").asInt();
    }

    String command() {
        return content.path("request").path("command").asString("");
    }

    JsonNode response() {
        return content.path("response");
    }

    /** The body as it was sent. */
    String body() {
        return response().isString() ? response().stringValue() : response().toString();
    }

    /** The content of the envelope. */
    JsonNode open() {
        return Envelope.open(command(), status(), body(), ScriptedServer.KEYS);
    }

    @Override
    public String toString() {
        return name;
    }
}
