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
import java.util.Optional;
import java.util.SortedMap;

/**
 * One step of a build. A phase declares its inputs, resources and result; the pipeline handles order, reuse, retries and cancellation.
 *
 * <p>A new phase is a new class in the list of the composition root. Several phases may share a name if they do the same thing for
 * different builds; at most one of them applies to each build.
 */
public interface Phase {

    /** Memory of QEMU itself, in addition to its guest's. */
    ByteSize OVERHEAD = ByteSize.ofMiB(256);

    /** Memory of libguestfs' appliance, including its QEMU. */
    ByteSize APPLIANCE = ByteSize.ofMiB(1536);

    /** Lower-case name as used on the command line, such as {@code prepare}. */
    String name();

    /** Whether the phase is part of this build. */
    default boolean appliesTo(ResolvedBuild build) {
        return true;
    }

    /**
     * Everything that determines the result in addition to the previous layer, by name; part of the layer's key. Contains no paths of
     * this host, no times and nothing random.
     */
    SortedMap<String, String> inputs(ResolvedBuild build);

    /** Typical duration, used until earlier builds provide one. */
    Duration usual();

    /** Resources of the host that the phase uses; by default those of a guest as defined. */
    default ResourceRequirements requirements(ResolvedBuild build) {
        var machine = build.definition().machine();
        return new ResourceRequirements(machine.memory().plus(OVERHEAD), machine.cpus(), written(build));
    }

    /** Upper bound of what a phase writes: its result and temporary files. */
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

    /** Does the work and writes its result to {@link PhaseContext#target()}. */
    void run(ResolvedBuild build, PhaseContext context);

    /** Why the phase runs if the same subject has no earlier result. */
    default String reasonToStart() {
        return "it never ran on this host";
    }

    /** Why an earlier result with the same key cannot be reused, usually empty; {@code age} is counted from its creation. */
    default Optional<String> reasonToRepeat(ResolvedBuild build, Layer layer, Duration age) {
        return Optional.empty();
    }
}
