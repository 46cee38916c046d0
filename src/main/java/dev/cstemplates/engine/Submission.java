package dev.cstemplates.engine;

import java.time.Duration;

/**
 * A build to be queued.
 *
 * @param subject what it builds, for example {@code debian-12-x86_64}; its id begins with it
 * @param title for people
 * @param route which workers may take it, see {@link WorkerSelector}
 * @param priority higher ones are taken first
 * @param expected what it will take about; of equal priority the longest is taken first
 * @param request what is to be done, in the words of the {@link Work} that does it
 */
public record Submission(String subject, String title, String route, int priority, Duration expected, String request) {

    public static final int USUAL_PRIORITY = 0;
}
