package dev.cstemplates.pipeline;

import dev.cstemplates.engine.ResourceRequirements;
import java.time.Duration;
import java.util.Set;
import java.util.function.Consumer;

/** A build that has its host for itself. */
public record Alone(String build, Set<String> finishedPhases) implements BuildLease {

    public Alone() {
        this("debian-12-x86_64-20260102-030405", Set.of());
    }

    @Override
    public Runnable admit(String phase, ResourceRequirements needs, Duration remaining, Consumer<String> waiting) {
        return () -> {};
    }

    @Override
    public void confirm() {}
}
