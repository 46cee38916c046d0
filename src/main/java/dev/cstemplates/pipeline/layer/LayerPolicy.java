/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.pipeline.layer;

import dev.cstemplates.core.ByteSize;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Which layers are pruned. Layers that a running build uses are always kept.
 *
 * @param unused prune layers that no build has used for longer; null for no such limit
 * @param total prune the least recently used layers until all together are not larger; null for no such limit
 * @param withNewest whether to prune the newest layers of each definition and phase, and their parents, too: the next build then
 *     reuses nothing
 */
public record LayerPolicy(
        @Nullable Duration unused, @Nullable ByteSize total, boolean withNewest) {

    /** Templates are rebuilt about once a week, for package updates. */
    public static final Duration USUAL = Duration.ofDays(30);
}
