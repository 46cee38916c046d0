package dev.cstemplates.pipeline;

import dev.cstemplates.host.Failure;
import dev.cstemplates.host.Folders;
import dev.cstemplates.host.LockFile;
import dev.cstemplates.host.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The layers on this host: {@code layers/<phase>/<key>/} with the phase's files and {@code layer.json} beside them.
 *
 * <p>A layer appears in one step, complete, or not at all; what a killed process left half-done is never found here.
 */
public final class LayerStore {

    private static final String RECORD = "layer.json";

    private final Path root;
    private final Path locks;
    private final Clock clock;
    private final JsonMapper json =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    public LayerStore(Path root, Path locks, Clock clock) {
        this.root = root;
        this.locks = locks;
        this.clock = clock;
    }

    /** What {@code layer.json} says. */
    private record Saved(
            String phase,
            String subject,
            Sha256 key,
            SortedMap<String, String> inputs,
            SortedMap<String, Layer.Content> files,
            Instant createdAt) {}

    /** The key of the layer that a phase makes from {@code inputs}. */
    public static Sha256 key(String phase, String subject, SortedMap<String, String> inputs) {
        return Sha256.of(JsonMapper.shared().writeValueAsString(new Object[] {1, phase, subject, inputs}));
    }

    /** The layer with this key, where it is there and no file of it has gone missing or changed its size. */
    public Optional<Layer> find(String phase, Sha256 key) {
        return read(folder(phase, key)).filter(layer -> layer.key().equals(key) && hasAllFiles(layer));
    }

    /** The newest layer of a phase and subject, whatever its key: what an earlier build made. */
    public Optional<Layer> newest(String phase, String subject) {
        var folder = root.resolve(phase);
        if (!Files.isDirectory(folder)) {
            return Optional.empty();
        }
        try (var layers = Files.list(folder)) {
            return layers.flatMap(each -> read(each).stream())
                    .filter(layer -> layer.subject().equals(subject))
                    .max(Comparator.comparing(Layer::createdAt));
        } catch (IOException e) {
            throw unusable(folder, e);
        }
    }

    /** Waits until no other process or thread builds this layer, and keeps the others away until closed. */
    public LockFile lock(String phase, Sha256 key, Runnable onWait) {
        return LockFile.acquire(locks.resolve(phase + "-" + key.shortened() + ".lock"), onWait);
    }

    /** Makes a phase's finished folder a layer. */
    public Layer add(String phase, String subject, SortedMap<String, String> inputs, Path finished) {
        var key = key(phase, subject, inputs);
        var target = folder(phase, key);
        try {
            var files = contents(finished);
            var saved = new Saved(phase, subject, key, inputs, files, clock.instant());
            json.writeValue(finished.resolve(RECORD), saved);
            Folders.publish(finished, target);
            return new Layer(phase, subject, key, inputs, files, saved.createdAt(), target);
        } catch (IOException | JacksonException e) {
            throw Failure.host(
                            "The result of phase " + phase + " can't be stored in " + target + ": " + e.getMessage(),
                            "Look for a full disk: df -h " + root)
                    .because(e);
        }
    }

    /** Reads a layer whole and compares it with what was stored; a {@link Failure} when a bit has changed. */
    public void verify(Layer layer) {
        try {
            for (var file : layer.files().entrySet()) {
                var path = layer.folder().resolve(file.getKey());
                if (!Sha256.of(path).equals(file.getValue().sha256())) {
                    throw Failure.build(
                            path + " is not what the build stored there: its digest has changed",
                            "Build again with --from " + layer.phase() + ".");
                }
            }
        } catch (IOException e) {
            throw unusable(layer.folder(), e);
        }
    }

    private Path folder(String phase, Sha256 key) {
        return root.resolve(phase).resolve(key.hex());
    }

    private Optional<Layer> read(Path folder) {
        var record = folder.resolve(RECORD);
        if (folder.getFileName().toString().startsWith(".") || !Files.isRegularFile(record)) {
            return Optional.empty();
        }
        try {
            var saved = json.readValue(record, Saved.class);
            return Optional.of(new Layer(
                    saved.phase(),
                    saved.subject(),
                    saved.key(),
                    saved.inputs(),
                    saved.files(),
                    saved.createdAt(),
                    folder));
        } catch (JacksonException e) {
            // A record that can't be read is no layer: the phase runs again and replaces it.
            return Optional.empty();
        }
    }

    private static boolean hasAllFiles(Layer layer) {
        return layer.files().entrySet().stream().allMatch(file -> {
            try {
                return Files.size(layer.folder().resolve(file.getKey()))
                        == file.getValue().size();
            } catch (IOException e) {
                return false;
            }
        });
    }

    private static SortedMap<String, Layer.Content> contents(Path folder) throws IOException {
        var contents = new TreeMap<String, Layer.Content>();
        try (var files = Files.walk(folder)) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                contents.put(folder.relativize(file).toString(), new Layer.Content(Files.size(file), Sha256.of(file)));
            }
        }
        return contents;
    }

    private static Failure unusable(Path folder, IOException e) {
        return Failure.host("The layers in " + folder + " can't be read: " + e.getMessage(), "Is the folder readable?")
                .because(e);
    }
}
