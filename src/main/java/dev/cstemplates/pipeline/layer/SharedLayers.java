/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.pipeline.layer;

import dev.cstemplates.core.Sha256;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Layers that several hosts share. Their content is not trusted: {@link LayerStore} compares every file that it fetches with the digest in
 * the layer's record and uses only its own copy. An {@link IOException} may be transient.
 */
public interface SharedLayers {

    /** The layer with this key, if it exists. Builds cannot use its folder; see {@link #fetch}. */
    Optional<Layer> find(String phase, Sha256 key) throws IOException;

    /** Copies a layer's files into {@code folder}. */
    void fetch(Layer layer, Path folder) throws IOException;

    /** Makes a layer visible to other hosts, in one step; does nothing if it exists. */
    void publish(Layer layer) throws IOException;
}
