package dev.cstemplates.cli.build;

import dev.cstemplates.core.Failure;
import dev.cstemplates.engine.BuildEvent;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;

/** Progress for pipes and logs: one line per event. */
final class PlainProgress implements BuildProgress {

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss");

    private final PrintWriter out;
    private final Clock clock;

    PlainProgress(PrintWriter out, Clock clock) {
        this.out = out;
        this.clock = clock;
    }

    @Override
    public synchronized void accept(BuildEvent event) {
        var time = TIME.format(clock.instant().atZone(ZoneId.systemDefault()));
        out.println(time + " " + event.build() + "  " + sentence(event));
        out.flush();
    }

    @Override
    public void close() {
        out.flush();
    }

    /** Describes an event. */
    static String sentence(BuildEvent event) {
        return switch (event) {
            case BuildEvent.Started started -> started.title() + "; logs in " + started.folder();
            case BuildEvent.PhaseStarted begun -> begun.phase() + " starts (" + begun.reason() + ")";
            case BuildEvent.PhaseSkipped skipped -> skipped.phase() + " is up to date: " + skipped.reason();
            case BuildEvent.Waiting waiting -> waiting.phase() + " waits for " + waiting.what();
            case BuildEvent.Activity doing -> doing.phase() + " | " + doing.text();
            case BuildEvent.Retrying retrying ->
                retrying.phase() + " is retried in " + retrying.pause().toSeconds() + " s after: "
                        + retrying.failure().message();
            case BuildEvent.PhaseDone done -> done.phase() + " done in " + ProgressRow.clock(done.elapsed());
            case BuildEvent.Done done ->
                done.phasesRun() == 0 ? "up to date, nothing to do" : "built in " + ProgressRow.clock(done.elapsed());
            case BuildEvent.Failed failed ->
                ended(failed) + ": " + failed.failure().message();
        };
    }

    private static String ended(BuildEvent.Failed failed) {
        var isCancelled = failed.failure().kind() == Failure.Kind.CANCELLED;
        var phase = failed.phase().isEmpty() ? "build" : failed.phase();
        return phase + (isCancelled ? " ended after " : " failed after ") + ProgressRow.clock(failed.elapsed());
    }
}
