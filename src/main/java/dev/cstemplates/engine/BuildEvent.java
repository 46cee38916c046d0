package dev.cstemplates.engine;

import dev.cstemplates.core.Failure;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** What happens in a build, as it happens; terminal, log and history are listeners. */
public sealed interface BuildEvent {

    /** The build's id, for example {@code debian-12-x86_64-20261122-201500}. */
    String build();

    /**
     * A build begins.
     *
     * @param phases the phases it will go through, in order
     * @param expected how long each takes if it has to run
     * @param folder logs and reports
     */
    record Started(String build, String title, List<String> phases, List<Duration> expected, Path folder)
            implements BuildEvent {}

    /** A phase begins; {@code reason} says why it has to run. */
    record PhaseStarted(String build, String phase, String reason) implements BuildEvent {}

    /** A phase's layer is there already. */
    record PhaseSkipped(String build, String phase, String reason) implements BuildEvent {}

    /** A phase cannot start yet; {@code what} is what it waits for. */
    record Waiting(String build, String phase, String what) implements BuildEvent {}

    /** What the running phase does, in a few words. */
    record Activity(String build, String phase, String text) implements BuildEvent {}

    /** A phase is tried again after an error that may pass. */
    record Retrying(String build, String phase, Failure failure, Duration pause) implements BuildEvent {}

    /** A phase has left its layer. */
    record PhaseDone(String build, String phase, Duration elapsed) implements BuildEvent {}

    /** The build is over: done, or with its failure. */
    sealed interface Ended extends BuildEvent {}

    /** The build is done; {@code phasesRun} is 0 when everything was there. */
    record Done(String build, int phasesRun, Duration elapsed) implements Ended {}

    /** The build failed; {@code phase} is where. */
    record Failed(String build, String phase, Failure failure, Duration elapsed) implements Ended {}
}
