/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.engine;

import java.time.Duration;

/**
 * A build to be queued.
 *
 * @param subject template and architecture, for example {@code debian-12-x86_64}; the build's id starts with it
 * @param title as shown to the user
 * @param queue which workers may claim it, see {@link WorkerSelector}
 * @param priority higher ones run first
 * @param expected expected duration; among equal priorities the longest runs first
 * @param request what to build; only the {@link BuildExecutor} can read it
 */
public record Submission(String subject, String title, String queue, int priority, Duration expected, String request) {

    public static final int USUAL_PRIORITY = 0;
}
