package dev.cstemplates.pipeline;

import dev.cstemplates.engine.ResourceRequirements;
import java.time.Duration;
import java.util.List;

/**
 * What a build would do.
 *
 * @param steps one a phase, in order
 */
public record Plan(List<Step> steps) {

    /**
     * What would become of one phase.
     *
     * @param runs whether it would run; it is certain up to the first phase that does, and all after it follow
     * @param reason why
     * @param expected how long it would take; zero where it would not run
     * @param needs what it would take of its host
     */
    public record Step(String phase, boolean runs, String reason, Duration expected, ResourceRequirements needs) {}
}
