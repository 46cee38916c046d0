package dev.cstemplates.engine;

import java.time.Duration;

/**
 * A build to be queued.
 *
 * @param subject what it builds, for example {@code debian-12-x86_64}; its id begins with it
 * @param title as shown to the user
 * @param queue which workers may take it, see {@link WorkerSelector}
 * @param priority higher ones are taken first
 * @param expected how long it will probably take; among equal priorities the longest is taken first
 * @param request what to build; only the {@link BuildExecutor} can read it
 */
public record Submission(String subject, String title, String queue, int priority, Duration expected, String request) {

    public static final int USUAL_PRIORITY = 0;
}
