/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.pipeline.layer;

import dev.cstemplates.core.Failure;
import dev.cstemplates.core.FileTrees;
import dev.cstemplates.core.Sha256;
import dev.cstemplates.delivery.Bucket;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.exception.SdkServiceException;

/**
 * Shared layers in an S3-compatible store. Files are stored as {@code content/<sha256>}, so hosts that create the same layer at the same
 * time cannot mix their files; {@code <phase>/<key>.json}, written last, makes a layer visible. The bucket's own rules expire unused
 * files: a layer with a missing file is ignored.
 */
public final class LayerBucket implements SharedLayers {

    private final Bucket bucket;

    public LayerBucket(Bucket bucket) {
        this.bucket = bucket;
    }

    @Override
    public Optional<Layer> find(String phase, Sha256 key) throws IOException {
        try {
            return lookUp(phase, key);
        } catch (SdkServiceException e) {
            if (isRefusal(e)) {
                throw Failure.remote(
                                "The shared layer store, bucket %s, refuses access: %s"
                                        .formatted(bucket.name(), e.getMessage()),
                                "Check --layer-store, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.",
                                false)
                        .because(e);
            }
            throw unavailable(e);
        } catch (SdkException e) {
            throw unavailable(e);
        }
    }

    /** Wrong credentials or a wrong bucket, as opposed to an overloaded server. */
    private static boolean isRefusal(SdkServiceException e) {
        return e.statusCode() >= 400 && e.statusCode() < 500 && e.statusCode() != 408 && e.statusCode() != 429;
    }

    private IOException unavailable(SdkException e) {
        return new IOException("bucket " + bucket.name() + ": " + e.getMessage(), e);
    }

    private Optional<Layer> lookUp(String phase, Sha256 key) {
        return bucket.read(record(phase, key))
                .flatMap(json -> LayerFiles.parse(json, Path.of(phase, key.hex())))
                .filter(layer -> layer.key().equals(key) && layer.phase().equals(phase))
                .filter(this::isComplete);
    }

    private boolean isComplete(Layer layer) {
        return layer.files().values().stream().allMatch(this::holds);
    }

    private boolean holds(Layer.Content content) {
        return bucket.holds(object(content), content.size(), content.sha256().hex());
    }

    @Override
    public void fetch(Layer layer, Path folder) throws IOException {
        try {
            for (var file : layer.files().entrySet()) {
                var target = LayerFiles.within(folder, file.getKey());
                Files.createDirectories(FileTrees.parentOf(target));
                bucket.fetch(object(file.getValue()), target);
            }
        } catch (SdkException e) {
            throw unavailable(e);
        }
    }

    @Override
    public void publish(Layer layer) throws IOException {
        try {
            if (lookUp(layer.phase(), layer.key()).isPresent()) {
                return;
            }
            for (var file : layer.files().entrySet()) {
                var content = file.getValue();
                if (!holds(content)) {
                    bucket.send(
                            object(content),
                            layer.folder().resolve(file.getKey()),
                            content.sha256().hex(),
                            sent -> {});
                }
            }
            bucket.write(
                    record(layer.phase(), layer.key()),
                    Files.readAllBytes(layer.folder().resolve(LayerFiles.RECORD)));
        } catch (SdkException e) {
            throw unavailable(e);
        }
    }

    private static String record(String phase, Sha256 key) {
        return phase + "/" + key.hex() + ".json";
    }

    private static String object(Layer.Content content) {
        return "content/" + content.sha256().hex();
    }
}
