/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.cli.build;

import dev.cstemplates.core.PlainText;
import dev.cstemplates.engine.BuildEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/** One build in one line: its phase, how long that has taken, and how long the build will probably still take. */
final class ProgressRow {

    private final String build;
    private final List<String> phases;
    private final List<Duration> expected;
    private int current;
    private Instant phaseStarted;
    private String activity = "";
    private boolean over;

    ProgressRow(BuildEvent.Started event, Instant now) {
        this.build = event.build();
        this.phases = event.phases();
        this.expected = event.expected();
        this.phaseStarted = now;
    }

    void apply(BuildEvent event, Instant now) {
        switch (event) {
            case BuildEvent.PhaseStarted begun -> enter(begun.phase(), "", now);
            case BuildEvent.PhaseSkipped skipped -> enter(skipped.phase(), "is up to date", now);
            case BuildEvent.Waiting waiting -> enter(waiting.phase(), "waits for " + waiting.what(), now);
            case BuildEvent.Activity doing -> activity = doing.text().strip();
            case BuildEvent.Retrying retrying ->
                activity = "retries in " + retrying.pause().toSeconds() + " s: "
                        + retrying.failure().message();
            case BuildEvent.PhaseDone _ -> activity = "";
            case BuildEvent.Ended _ -> over = true;
            case BuildEvent.Started _ -> throw new IllegalStateException("A build starts once");
        }
    }

    boolean isOver() {
        return over;
    }

    /** The line as of {@code now}, cut to {@code width} columns. */
    String text(Instant now, int width) {
        var inPhase = Duration.between(phaseStarted, now);
        var usual = expected.get(current);
        var line = "%s  %d/%d %-8s %5s of ~%s, ~%s left  %s"
                .formatted(
                        build,
                        current + 1,
                        phases.size(),
                        phases.get(current),
                        clock(inPhase),
                        clock(usual),
                        clock(left(inPhase)),
                        firstLineOf(activity));
        return PlainText.shortened(line, width);
    }

    /** {@code 1:05}, or {@code 1:02:05} from an hour on. */
    static String clock(Duration time) {
        return time.toHours() > 0
                ? String.format(Locale.ROOT, "%d:%02d:%02d", time.toHours(), time.toMinutesPart(), time.toSecondsPart())
                : String.format(Locale.ROOT, "%d:%02d", time.toMinutes(), time.toSecondsPart());
    }

    private void enter(String phase, String doing, Instant now) {
        current = phases.indexOf(phase);
        phaseStarted = now;
        activity = doing;
    }

    private Duration left(Duration inPhase) {
        var left = expected.get(current).minus(inPhase);
        if (left.isNegative()) {
            left = Duration.ZERO;
        }
        return expected.subList(current + 1, expected.size()).stream().reduce(left, Duration::plus);
    }

    private static String firstLineOf(String text) {
        return text.lines().findFirst().orElse("").replaceAll("\\p{Cntrl}", " ");
    }
}
