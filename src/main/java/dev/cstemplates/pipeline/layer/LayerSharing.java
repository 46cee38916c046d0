/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.pipeline.layer;

import dev.cstemplates.core.FileTrees;
import dev.cstemplates.core.Retry;
import dev.cstemplates.core.Sha256;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Lets builds continue without the shared layer store while it fails. Every request is retried. If that does not help, the user is warned
 * and the store is not used for a while, so that not every phase waits for it.
 */
public final class LayerSharing {

    private static final Duration REST = Duration.ofMinutes(1);

    private final SharedLayers store;
    private final Retry retry;
    private final InstantSource clock;
    private final Consumer<String> warnings;
    private volatile Instant failing = Instant.MIN;

    /** @param warnings notified when builds continue without the store */
    public LayerSharing(SharedLayers store, Retry retry, InstantSource clock, Consumer<String> warnings) {
        this.store = store;
        this.retry = retry;
        this.clock = clock;
        this.warnings = warnings;
    }

    /** Retries often enough to outlast a hiccup, not an outage. */
    public static LayerSharing of(SharedLayers store, Consumer<String> warnings) {
        return new LayerSharing(
                store, Retry.of(3, Duration.ofSeconds(1), Duration.ofSeconds(5)), InstantSource.system(), warnings);
    }

    /** One request to the store. */
    @FunctionalInterface
    private interface Request<T> {
        T send() throws IOException;
    }

    /** As {@link SharedLayers#find}; empty while the store fails. */
    Optional<Layer> find(String phase, Sha256 key) {
        return request("Looking for a shared layer", () -> store.find(phase, key))
                .flatMap(found -> found);
    }

    /** As {@link SharedLayers#fetch}, into a folder that is emptied before each attempt; false while the store fails. */
    boolean fetch(Layer layer, Path folder) {
        return request("Fetching a shared layer", () -> {
                    FileTrees.delete(folder);
                    store.fetch(layer, Files.createDirectories(folder));
                    return true;
                })
                .isPresent();
    }

    /** As {@link SharedLayers#publish}; gives up with a warning. */
    void publish(Layer layer) {
        request("Sharing a layer", () -> {
            store.publish(layer);
            return true;
        });
    }

    private <T> Optional<T> request(String activity, Request<T> request) {
        if (clock.instant().isBefore(failing)) {
            return Optional.empty();
        }
        try {
            return Optional.of(retry.call(activity, UncheckedIOException.class::isInstance, () -> {
                try {
                    return request.send();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }));
        } catch (UncheckedIOException e) {
            failing = clock.instant().plus(REST);
            warnings.accept("%s failed: %s. Builds use this host's own layers until the store answers again."
                    .formatted(activity, e.getCause()));
            return Optional.empty();
        }
    }
}
