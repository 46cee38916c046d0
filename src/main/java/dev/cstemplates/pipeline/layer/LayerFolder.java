/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.pipeline.layer;

import dev.cstemplates.core.FileTrees;
import dev.cstemplates.core.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;

/** Shared layers in a folder that every host mounts, for example over NFS: {@code <phase>/<key>/}, as in {@link LayerStore}. */
public final class LayerFolder implements SharedLayers {

    private final Path root;

    public LayerFolder(Path root) {
        this.root = root;
    }

    @Override
    public Optional<Layer> find(String phase, Sha256 key) {
        return LayerFiles.read(folder(phase, key))
                .filter(layer -> layer.key().equals(key) && layer.phase().equals(phase))
                .filter(LayerFiles::isComplete);
    }

    @Override
    public void fetch(Layer layer, Path folder) throws IOException {
        copy(layer, layer.folder(), folder);
    }

    @Override
    public void publish(Layer layer) throws IOException {
        var target = folder(layer.phase(), layer.key());
        if (find(layer.phase(), layer.key()).isPresent()) {
            return;
        }
        var arriving = root.resolve(".arriving").resolve(UUID.randomUUID().toString());
        try {
            Files.createDirectories(arriving);
            copy(layer, layer.folder(), arriving);
            LayerFiles.write(layer, arriving);
            FileTrees.publish(arriving, target);
        } finally {
            FileTrees.delete(arriving);
        }
    }

    private Path folder(String phase, Sha256 key) {
        return root.resolve(phase).resolve(key.hex());
    }

    private static void copy(Layer layer, Path from, Path to) throws IOException {
        for (var name : layer.files().keySet()) {
            var target = LayerFiles.within(to, name);
            Files.createDirectories(FileTrees.parentOf(target));
            Files.copy(from.resolve(name), target);
        }
    }
}
