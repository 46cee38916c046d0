/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.pipeline.phase;

import dev.cstemplates.pipeline.layer.Layer;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;

/**
 * What a running phase works with.
 *
 * @param target empty folder for the result, which becomes the layer unchanged
 * @param scratch empty folder, deleted afterwards
 * @param logs folder that is kept, also after a failure
 * @param layers results of the earlier phases, by phase
 * @param activity receives short descriptions of the current work
 * @param confirm fails if the build was given to another worker; call it right before publishing a result
 */
public record PhaseContext(
        Path target, Path scratch, Path logs, Map<String, Layer> layers, Consumer<String> activity, Runnable confirm) {

    /** A file of an earlier phase's result. */
    public Path input(String phase, String file) {
        return layer(phase).folder().resolve(file);
    }

    /** The result of an earlier phase. */
    Layer layer(String phase) {
        var layer = layers.get(phase);
        if (layer == null) {
            throw new IllegalStateException("Phase " + phase + " has to run before this one");
        }
        return layer;
    }
}
