/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.pipeline;

import dev.cstemplates.engine.ResourceRequirements;
import java.time.Duration;
import java.util.List;

/**
 * The steps that a build would take.
 *
 * @param steps one per phase, in order
 */
public record Plan(List<Step> steps) {

    /**
     * One phase of a plan.
     *
     * @param runs whether it would run; assumed for all phases after the first one that runs
     * @param reason why
     * @param expected expected duration; zero if it would not run
     * @param requirements the resources that it would require
     */
    public record Step(
            String phase, boolean runs, String reason, Duration expected, ResourceRequirements requirements) {}
}
