package dev.cstemplates.cloudstack.standin;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** One answer of a real server, with the request that it answered. */
record Recording(String name, JsonNode document) {

    private static final Path FOLDER = Path.of("src/test/resources/cloudstack/recordings");

    static Recording read(String name) {
        return new Recording(name, Json.MAPPER.readTree(FOLDER.resolve(name + ".json")));
    }

    /** The names of all. */
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

    /** Whether it is a call of the API with its answer, and not an upload or a list of states. */
    boolean isCall() {
        return document.path("request").has("command") && document.has("response");
    }

    /** Who called. */
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
