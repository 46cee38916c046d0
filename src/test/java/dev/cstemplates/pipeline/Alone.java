package dev.cstemplates.pipeline;

import dev.cstemplates.engine.Needs;
import java.time.Duration;
import java.util.Set;
import java.util.function.Consumer;

/** A build that has its host for itself. */
record Alone(String build, Set<String> finishedPhases) implements Turn {

    Alone() {
        this("debian-12-x86_64-20260102-030405", Set.of());
    }

    @Override
    public Runnable admit(String phase, Needs needs, Duration remaining, Consumer<String> waiting) {
        return () -> {};
    }

    @Override
    public void confirm() {}
}
