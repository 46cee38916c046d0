package dev.cstemplates.cli.build;

import dev.cstemplates.artifact.Artifact;
import dev.cstemplates.core.Failure;
import org.jspecify.annotations.Nullable;

/**
 * How one build ended.
 *
 * @param definition its id
 * @param phasesRun number of phases that ran; 0 if everything was up to date
 * @param artifact the artifact that it created or found; null if it failed, stopped earlier, or ran on another host
 * @param failure why it failed; null if it did not
 */
public record BuildResult(
        String definition,
        int phasesRun,
        @Nullable Artifact artifact,
        @Nullable Failure failure) {

    /** The same result, failed because its artifact could not be published. */
    BuildResult failedBy(Failure later) {
        return new BuildResult(definition, phasesRun, artifact, later);
    }
}
