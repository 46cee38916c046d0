package dev.cstemplates.pipeline.layer;

import dev.cstemplates.core.CanonicalText;
import dev.cstemplates.core.Failure;
import dev.cstemplates.core.FileTrees;
import dev.cstemplates.core.LockFile;
import dev.cstemplates.core.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The layers on this host: {@code layers/<phase>/<key>/} with the phase's files and {@code layer.json}; and, if configured, a store
 * that several hosts share.
 *
 * <p>A layer appears in one step, so results of killed processes are never found here. It disappears in one step, too: into
 * {@code layers/.trash}, where it is deleted.
 */
public final class LayerStore {

    private final Path root;
    private final Path locks;
    private final Clock clock;
    private final @Nullable LayerSharing shared;
    private final @Nullable LayerPolicy policy;

    public LayerStore(Path root, Path locks, Clock clock) {
        this(root, locks, clock, null, null);
    }

    /**
     * @param shared null if layers are not shared
     * @param policy what to prune after each build; null for nothing
     */
    public LayerStore(Path root, Path locks, Clock clock, @Nullable LayerSharing shared, @Nullable LayerPolicy policy) {
        this.root = root;
        this.locks = locks;
        this.clock = clock;
        this.shared = shared;
        this.policy = policy;
    }

    /** What to prune after each build; empty for nothing. */
    public Optional<LayerPolicy> policy() {
        return Optional.ofNullable(policy);
    }

    /** The key of the layer that a phase creates from {@code inputs}. */
    public static Sha256 key(String phase, String subject, SortedMap<String, String> inputs) {
        return Sha256.of(identity(phase, subject, inputs));
    }

    /** The text whose digest is the key. */
    public static String identity(String phase, String subject, SortedMap<String, String> inputs) {
        var values = new TreeMap<String, String>();
        values.put("phase", phase);
        values.put("subject", subject);
        inputs.forEach((name, value) -> values.put("input " + name, value));
        return CanonicalText.of("cst-layer/2", values);
    }

    /**
     * The layer with this key, on this host or else in the shared store, if every file exists and has its size. A build must
     * {@link #take} it before it uses its files.
     */
    public Optional<Layer> find(String phase, Sha256 key) {
        var here = LayerFiles.read(folder(phase, key))
                .filter(layer -> layer.key().equals(key))
                .filter(LayerFiles::isComplete);
        return here.isPresent() || shared == null ? here : shared.find(phase, key);
    }

    /** Whether a layer that was found is on this host. */
    public boolean isHere(Layer found) {
        return found.folder().equals(folder(found.phase(), found.key()));
    }

    /**
     * Copies a layer that was found to this host, if necessary, and protects it from pruning while its user runs. Empty if it was removed
     * meanwhile, or its content in the shared store differs from its record.
     *
     * @param user work directory of the running build
     */
    public Optional<Layer> take(Layer found, Path user) {
        LayerReferences.mark(user, found.phase(), found.key());
        var target = folder(found.phase(), found.key());
        try {
            if (!isHere(found) && !copyHere(found, target, user)) {
                return Optional.empty();
            }
            try (var _ = guard()) {
                var taken = LayerFiles.read(target).filter(LayerFiles::isComplete);
                if (taken.isPresent()) {
                    Files.setLastModifiedTime(target.resolve(LayerFiles.RECORD), FileTime.from(clock.instant()));
                }
                return taken;
            }
        } catch (IOException e) {
            throw unusable(found.folder(), e);
        }
    }

    /** The newest layer of a phase and subject, with any key. */
    public Optional<Layer> newest(String phase, String subject) {
        return listed(root.resolve(phase)).stream()
                .filter(layer -> layer.subject().equals(subject))
                .max(Comparator.comparing(Layer::createdAt));
    }

    /** Every layer on this host. */
    public List<Layer> all() {
        var all = new ArrayList<Layer>();
        for (var phase : folders(root)) {
            all.addAll(listed(phase));
        }
        return all;
    }

    /** When a build last used this layer. */
    public Instant lastUsed(Layer layer) {
        try {
            return Files.getLastModifiedTime(layer.folder().resolve(LayerFiles.RECORD))
                    .toInstant();
        } catch (IOException e) {
            return layer.createdAt();
        }
    }

    /** Waits until no other process or thread builds this layer; the others wait until the lock is closed. */
    public LockFile lock(String phase, Sha256 key, Runnable onWait) {
        return LockFile.acquire(locks.resolve(phase + "-" + key.shortened() + ".lock"), onWait);
    }

    /** Held briefly while a layer is taken, and while pruning decides which layers are unused. */
    LockFile guard() {
        return LockFile.acquire(locks.resolve("layers.lock"), () -> {});
    }

    /**
     * Adds the finished folder of a phase as a layer, on this host and in the shared store.
     *
     * @param user work directory of the running build, which may use the layer
     */
    public Layer add(String phase, String subject, SortedMap<String, String> inputs, Path finished, Path user) {
        var key = key(phase, subject, inputs);
        var target = folder(phase, key);
        // Before the layer is visible: pruning first lists the layers, then those in use.
        LayerReferences.mark(user, phase, key);
        Layer layer;
        try {
            layer = new Layer(phase, subject, key, inputs, LayerFiles.contents(finished), clock.instant(), target);
            LayerFiles.write(layer, finished);
            FileTrees.publish(finished, target);
        } catch (IOException e) {
            throw Failure.host(
                            "Cannot store the result of phase " + phase + " in " + target + ": " + e.getMessage(),
                            "Check for a full disk: df -h " + root)
                    .because(e);
        }
        if (shared != null) {
            shared.publish(layer);
        }
        return layer;
    }

    /**
     * Compares every file of a layer with its digest. Removes a corrupt layer.
     *
     * @throws Failure of kind build if the layer is corrupt, or if another build has replaced it
     */
    public void verify(Layer layer) {
        try {
            var changed = LayerFiles.firstChanged(layer);
            if (changed.isPresent()) {
                requireNotReplaced(layer);
                setAside(layer);
                emptyTrash();
                throw Failure.build(
                        changed.get()
                                + " is not what the build stored there: its digest has changed. Its layer was removed",
                        "Run the same command again: it repeats the phase " + layer.phase()
                                + ". If that happens twice, check this host's disk and memory.");
            }
        } catch (IOException e) {
            throw unusable(layer.folder(), e);
        }
    }

    /** A build without the cache creates a layer again that others use: theirs is gone, but the new one is intact. */
    private static void requireNotReplaced(Layer layer) {
        var current = LayerFiles.read(layer.folder());
        if (current.isPresent() && !current.get().files().equals(layer.files())) {
            throw Failure.build(
                    "Another build has replaced the layer of phase " + layer.phase() + " that this build continues: "
                            + layer.folder(),
                    "Run the same command again: it continues from the new layer.");
        }
    }

    /** Moves a layer to the trash, in one step; {@link #emptyTrash} deletes it. */
    void setAside(Layer layer) {
        var trash = trash().resolve(layer.phase() + "-" + layer.key().shortened() + "-" + UUID.randomUUID());
        try {
            Files.createDirectories(trash());
            Files.move(layer.folder(), trash, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw Failure.host("Cannot remove the layer " + layer.folder() + ": " + e, "Remove it by hand.")
                    .because(e);
        }
    }

    /** Deletes the trash, including that of killed processes. */
    void emptyTrash() {
        FileTrees.deleteOrFail(trash());
    }

    /** Copies a shared layer to this host; false if it differs from its record. */
    private boolean copyHere(Layer found, Path target, Path user) throws IOException {
        if (shared == null) {
            return false;
        }
        var arriving = user.resolve("arriving");
        try {
            if (!shared.fetch(found, arriving)) {
                return false;
            }
            var arrived = new Layer(
                    found.phase(),
                    found.subject(),
                    found.key(),
                    found.inputs(),
                    found.files(),
                    found.createdAt(),
                    arriving);
            if (!LayerFiles.isComplete(arrived)
                    || LayerFiles.firstChanged(arrived).isPresent()) {
                return false;
            }
            LayerFiles.write(arrived, arriving);
            try (var _ = guard()) {
                if (LayerFiles.read(target).filter(LayerFiles::isComplete).isEmpty()) {
                    FileTrees.publish(arriving, target);
                }
            }
            return true;
        } finally {
            FileTrees.delete(arriving);
        }
    }

    private Path trash() {
        return root.resolve(".trash");
    }

    private Path folder(String phase, Sha256 key) {
        return root.resolve(phase).resolve(key.hex());
    }

    private List<Layer> listed(Path phase) {
        return folders(phase).stream()
                .flatMap(folder -> LayerFiles.read(folder).stream())
                .toList();
    }

    private static List<Path> folders(Path folder) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (var files = Files.list(folder)) {
            return files.filter(each -> !each.getFileName().toString().startsWith("."))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw unusable(folder, e);
        }
    }

    private static Failure unusable(Path folder, IOException e) {
        return Failure.host(
                        "Cannot read or write the layers in " + folder + ": " + e.getMessage(),
                        "Check the permissions of the directory and the free space of its disk.")
                .because(e);
    }
}
