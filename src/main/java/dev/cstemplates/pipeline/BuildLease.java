package dev.cstemplates.pipeline;

import dev.cstemplates.engine.Assignment;
import dev.cstemplates.engine.ResourceRequirements;
import java.time.Duration;
import java.util.Set;
import java.util.function.Consumer;

/** What a build is allowed by whoever runs it. */
public interface BuildLease {

    /** The build's id. */
    String build();

    /** The phases that this build has run to their end already: a build that goes on does not run them because it was told to. */
    Set<String> finishedPhases();

    /** Waits until the host has what a phase needs; what is returned gives it back. */
    Runnable admit(String phase, ResourceRequirements needs, Duration remaining, Consumer<String> waiting);

    /** Fails if the build was given to another worker. */
    void confirm();

    /** As the engine assigned it. */
    static BuildLease of(Assignment assignment) {
        return new BuildLease() {
            @Override
            public String build() {
                return assignment.build();
            }

            @Override
            public Set<String> finishedPhases() {
                return assignment.finishedPhases();
            }

            @Override
            public Runnable admit(
                    String phase, ResourceRequirements needs, Duration remaining, Consumer<String> waiting) {
                return assignment.admit(phase, needs, remaining, waiting);
            }

            @Override
            public void confirm() {
                assignment.confirm();
            }
        };
    }
}
