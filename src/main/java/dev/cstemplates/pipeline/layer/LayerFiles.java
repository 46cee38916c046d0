package dev.cstemplates.pipeline.layer;

import dev.cstemplates.core.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** A layer as it lies in a folder: its files, and {@code layer.json} that says what they are and what went into them. */
final class LayerFiles {

    static final String RECORD = "layer.json";

    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private LayerFiles() {}

    /** What {@code layer.json} says. */
    private record Saved(
            String phase,
            String subject,
            Sha256 key,
            SortedMap<String, String> inputs,
            SortedMap<String, Layer.Content> files,
            Instant createdAt) {}

    /** The layer in {@code folder}, however whole it is; nothing where no record can be read: the phase runs again and replaces it. */
    static Optional<Layer> read(Path folder) {
        var record = folder.resolve(RECORD);
        if (folder.getFileName().toString().startsWith(".") || !Files.isRegularFile(record)) {
            return Optional.empty();
        }
        try {
            return parse(Files.readAllBytes(record), folder);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** The layer that a record describes, in {@code folder}; nothing where it is no record. */
    static Optional<Layer> parse(byte[] record, Path folder) {
        try {
            var saved = JSON.readValue(record, Saved.class);
            return Optional.of(new Layer(
                    saved.phase(),
                    saved.subject(),
                    saved.key(),
                    saved.inputs(),
                    saved.files(),
                    saved.createdAt(),
                    folder));
        } catch (JacksonException e) {
            return Optional.empty();
        }
    }

    /** What {@code layer.json} says of a layer. */
    static byte[] record(Layer layer) {
        return JSON.writeValueAsBytes(new Saved(
                layer.phase(), layer.subject(), layer.key(), layer.inputs(), layer.files(), layer.createdAt()));
    }

    /** Writes the record of a layer beside the files that lie in {@code folder}. */
    static void write(Layer layer, Path folder) throws IOException {
        Files.write(folder.resolve(RECORD), record(layer));
    }

    /** Where a layer's file goes: names in a record that came from elsewhere must not lead out of the layer. */
    static Path within(Path folder, String name) throws IOException {
        var target = folder.resolve(name).normalize();
        if (!target.startsWith(folder) || target.equals(folder)) {
            throw new IOException("The layer's record names a file outside of it: " + name);
        }
        return target;
    }

    /** Whether no file has gone missing or changed its size. */
    static boolean isComplete(Layer layer) {
        return layer.files().entrySet().stream().allMatch(file -> {
            try {
                return Files.size(layer.folder().resolve(file.getKey()))
                        == file.getValue().size();
            } catch (IOException e) {
                return false;
            }
        });
    }

    /** The first file whose content, read whole, is not what was stored. */
    static Optional<Path> firstChanged(Layer layer) throws IOException {
        for (var file : layer.files().entrySet()) {
            var path = layer.folder().resolve(file.getKey());
            if (!Sha256.of(path).equals(file.getValue().sha256())) {
                return Optional.of(path);
            }
        }
        return Optional.empty();
    }

    /** Every file below {@code folder} but the record. */
    static SortedMap<String, Layer.Content> contents(Path folder) throws IOException {
        var contents = new TreeMap<String, Layer.Content>();
        try (var files = Files.walk(folder)) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                contents.put(folder.relativize(file).toString(), new Layer.Content(Files.size(file), Sha256.of(file)));
            }
        }
        return contents;
    }
}
