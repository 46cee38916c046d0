package dev.cstemplates.pipeline.layer;

import dev.cstemplates.core.ByteSize;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Which layers are kept. One that a running build uses always is.
 *
 * @param unused layers that no build has used for longer go; null for no such limit
 * @param total when all layers together are larger, those that were not used for the longest time go; null for no such limit
 * @param withNewest whether the newest layers of each definition and phase, and what they were made from, may go as well: the next
 *     build then begins from nothing
 */
public record LayerPolicy(
        @Nullable Duration unused, @Nullable ByteSize total, boolean withNewest) {

    /** A month: a template is built anew about once a week, for its package updates. */
    public static final Duration USUAL = Duration.ofDays(30);
}
