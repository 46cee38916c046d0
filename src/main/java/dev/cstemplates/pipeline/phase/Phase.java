package dev.cstemplates.pipeline.phase;

import dev.cstemplates.core.ByteSize;
import dev.cstemplates.core.Failure;
import dev.cstemplates.core.JsonFiles;
import dev.cstemplates.engine.ResourceRequirements;
import dev.cstemplates.pipeline.layer.Layer;
import dev.cstemplates.pipeline.request.ResolvedBuild;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Consumer;

/**
 * One step of a build. It knows what it needs and what it leaves; order, reuse, retry and cancelling are the pipeline's.
 *
 * <p>A new phase is a new class, added to the list that the composition root makes. Several may have one name: they do the same thing
 * for different builds, and one at most applies to each.
 */
public interface Phase {

    /** What QEMU needs beside its guest's memory. */
    ByteSize OVERHEAD = ByteSize.ofMiB(256);

    /** What libguestfs' own small guest and its QEMU need. */
    ByteSize APPLIANCE = ByteSize.ofMiB(1536);

    /** Lower-case name that people type: {@code prepare}. */
    String name();

    /** Whether builds like this one have the phase at all. */
    default boolean appliesTo(ResolvedBuild build) {
        return true;
    }

    /**
     * Everything that shapes the result beside the layer before it, by name; the layer's key is made of it. No paths of this host,
     * no times, nothing random.
     */
    SortedMap<String, String> inputs(ResolvedBuild build);

    /** How long it takes about, where no earlier build can tell. */
    Duration usual();

    /** What it takes of the host while it runs; unless a phase says otherwise, a guest as the definition describes it. */
    default ResourceRequirements needs(ResolvedBuild build) {
        var machine = build.definition().machine();
        return new ResourceRequirements(machine.memory().plus(OVERHEAD), machine.cpus(), written(build));
    }

    /** What a phase may write at most: its result, and half-done work beside it. */
    static ByteSize written(ResolvedBuild build) {
        return new ByteSize(build.definition().machine().disk().bytes() / 2 * 3);
    }

    /** Saves a record for later phases; a full disk is a {@link Failure} of kind host. */
    static void writeResult(Path file, Object value) {
        try {
            JsonFiles.write(file, value);
        } catch (IOException e) {
            throw Failure.host("Cannot write " + file + ": " + e, "Check for a full disk.")
                    .because(e);
        }
    }

    /** Reads a record that {@code phase} saved by {@link #writeResult}. */
    static <T> T readResult(String phase, Path file, Class<T> type) {
        try {
            return JsonFiles.read(file, type);
        } catch (IOException e) {
            throw Failure.build(
                            "Cannot read the result of phase " + phase + ": " + e,
                            "Build again with --from " + phase + ".")
                    .because(e);
        }
    }

    /** Does the work and leaves its files in {@link Workplace#target()}. */
    void run(ResolvedBuild build, Workplace workplace);

    /** Why it runs where no build of the same subject has left a result yet. */
    default String reasonToStart() {
        return "it never ran on this host";
    }

    /** Why an earlier result with the same key must not be used again; mostly nothing. {@code age} is since it was made. */
    default Optional<String> reasonToRepeat(ResolvedBuild build, Layer layer, Duration age) {
        return Optional.empty();
    }

    /**
     * Where a phase works.
     *
     * @param target empty folder for the result; it becomes the layer as it is
     * @param scratch empty folder, thrown away afterwards
     * @param logs folder that stays, also after a failure
     * @param layers the results of the phases before, by phase
     * @param activity told in a few words what is going on
     * @param confirm fails if the build was given to another worker: to be asked right before others can see a result
     */
    record Workplace(
            Path target,
            Path scratch,
            Path logs,
            Map<String, Layer> layers,
            Consumer<String> activity,
            Runnable confirm) {

        /** A file that an earlier phase left. */
        public Path input(String phase, String file) {
            return layer(phase).folder().resolve(file);
        }

        /** What an earlier phase left. */
        Layer layer(String phase) {
            var layer = layers.get(phase);
            if (layer == null) {
                throw new IllegalStateException("Phase " + phase + " has to run before this one");
            }
            return layer;
        }
    }
}
