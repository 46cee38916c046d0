package dev.cstemplates.pipeline.layer;

import dev.cstemplates.core.Sha256;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Layers that several hosts share. Their content is not trusted: {@link LayerStore} compares every file that it fetches with the digest in
 * the layer's record, and builds on its own copy only. An {@link IOException} may be gone at the next attempt.
 */
public interface SharedLayers {

    /** The layer with this key, if it is there; its folder is none that a build can use. */
    Optional<Layer> find(String phase, Sha256 key) throws IOException;

    /** Copies a layer's files into {@code folder}. */
    void fetch(Layer layer, Path folder) throws IOException;

    /** Makes a layer visible to others, in one step; does nothing where it is there. */
    void publish(Layer layer) throws IOException;
}
