package dev.cstemplates.pipeline;

import dev.cstemplates.engine.ResourceRequirements;
import java.time.Duration;
import java.util.List;

/**
 * What a build would do.
 *
 * @param steps one per phase, in order
 */
public record Plan(List<Step> steps) {

    /**
     * What would happen to one phase.
     *
     * @param runs whether it would run: certain for the first phase that does, and assumed for all after it
     * @param reason why
     * @param expected how long it would take; zero if it would not run
     * @param requirements what it would require of its host
     */
    public record Step(
            String phase, boolean runs, String reason, Duration expected, ResourceRequirements requirements) {}
}
