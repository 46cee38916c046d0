/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.cloudstack.fake;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** A response of a real server and its request. */
record Recording(String name, JsonNode document) {

    private static final Path FOLDER = Path.of("src/test/resources/cloudstack/recordings");

    static Recording read(String name) {
        return new Recording(name, Json.MAPPER.readTree(FOLDER.resolve(name + ".json")));
    }

    /** Names of all recordings. */
    static Stream<String> names() {
        try (var files = Files.list(FOLDER)) {
            return files
                    .map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".json"))
                    .map(name -> name.replace(".json", ""))
                    .sorted()
                    .toList()
                    .stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether it is an API call with its response, not an upload or a list of states. */
    boolean isCall() {
        return document.path("request").has("command") && document.has("response");
    }

    /** The calling account. */
    String as() {
        return document.get("as").asString();
    }

    Map<String, String> request() {
        var request = new TreeMap<String, String>();
        document.get("request")
                .properties()
                .forEach(entry -> request.put(entry.getKey(), entry.getValue().asString()));
        return request;
    }

    int status() {
        return document.get("http_status").asInt();
    }

    JsonNode response() {
        return document.get("response");
    }
}
