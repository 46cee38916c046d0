/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.pipeline.layer;

import dev.cstemplates.core.JsonFiles;
import dev.cstemplates.core.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** A layer in a folder: its files, and {@code layer.json}, which lists them and the inputs of the phase. */
final class LayerFiles {

    static final String RECORD = "layer.json";

    private LayerFiles() {}

    /** The content of {@code layer.json}. */
    private record LayerRecord(
            String phase,
            String subject,
            Sha256 key,
            SortedMap<String, String> inputs,
            SortedMap<String, Layer.Content> files,
            Instant createdAt) {}

    /** The layer in {@code folder}, complete or not; empty if its record cannot be read: the phase then runs again and replaces it. */
    static Optional<Layer> read(Path folder) {
        var record = folder.resolve(RECORD);
        if (folder.getFileName().toString().startsWith(".") || !Files.isRegularFile(record)) {
            return Optional.empty();
        }
        try {
            return Optional.of(layer(JsonFiles.read(record, LayerRecord.class), folder));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** The layer that a record describes, in {@code folder}; empty if the record is invalid. */
    static Optional<Layer> parse(byte[] record, Path folder) {
        try {
            return Optional.of(layer(JsonFiles.parse(record, folder.resolve(RECORD), LayerRecord.class), folder));
        } catch (JsonFiles.InvalidJsonException e) {
            return Optional.empty();
        }
    }

    private static Layer layer(LayerRecord record, Path folder) {
        return new Layer(
                record.phase(),
                record.subject(),
                record.key(),
                record.inputs(),
                record.files(),
                record.createdAt(),
                folder);
    }

    /** Writes the record of a layer into {@code folder}, which contains its files. */
    static void write(Layer layer, Path folder) throws IOException {
        JsonFiles.write(
                folder.resolve(RECORD),
                new LayerRecord(
                        layer.phase(), layer.subject(), layer.key(), layer.inputs(), layer.files(), layer.createdAt()));
    }

    /** The path of a layer's file. A record from another host must not name a path outside the layer. */
    static Path within(Path folder, String name) throws IOException {
        var target = folder.resolve(name).normalize();
        if (!target.startsWith(folder) || target.equals(folder)) {
            throw new IOException("The layer's record names a file outside the layer: " + name);
        }
        return target;
    }

    /** Whether every file exists and has its size. */
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

    /** The first file whose content differs from its digest. Reads every file. */
    static Optional<Path> firstChanged(Layer layer) throws IOException {
        for (var file : layer.files().entrySet()) {
            var path = layer.folder().resolve(file.getKey());
            if (!Sha256.of(path).equals(file.getValue().sha256())) {
                return Optional.of(path);
            }
        }
        return Optional.empty();
    }

    /** Every file below {@code folder}, before the record is written. */
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
