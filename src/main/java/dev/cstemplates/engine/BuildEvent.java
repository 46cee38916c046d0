/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.engine;

import dev.cstemplates.core.Failure;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** An event of a running build, for the terminal, the event log and the database. */
public sealed interface BuildEvent {

    /** The build's id, for example {@code debian-12-x86_64-20261122-201500}. */
    String build();

    /**
     * A build starts.
     *
     * @param phases the selected phases, in order
     * @param expected expected duration of each phase
     * @param folder directory of logs and reports
     */
    record Started(String build, String title, List<String> phases, List<Duration> expected, Path folder)
            implements BuildEvent {}

    /** A phase starts; {@code reason} says why it is not skipped. */
    record PhaseStarted(String build, String phase, String reason) implements BuildEvent {}

    /** A phase is skipped: its layer exists. */
    record PhaseSkipped(String build, String phase, String reason) implements BuildEvent {}

    /** A phase is waiting for {@code what}. */
    record Waiting(String build, String phase, String what) implements BuildEvent {}

    /** Progress of the running phase. */
    record Activity(String build, String phase, String text) implements BuildEvent {}

    /** A phase is retried after a transient error. */
    record Retrying(String build, String phase, Failure failure, Duration pause) implements BuildEvent {}

    /** A phase is finished and its layer stored. */
    record PhaseDone(String build, String phase, Duration elapsed) implements BuildEvent {}

    /** The build is over: done, or with its failure. */
    sealed interface Ended extends BuildEvent {}

    /** The build is done; {@code phasesRun} is 0 if every phase was skipped. */
    record Done(String build, int phasesRun, Duration elapsed) implements Ended {}

    /** The build failed; {@code phase} is where. */
    record Failed(String build, String phase, Failure failure, Duration elapsed) implements Ended {}
}
