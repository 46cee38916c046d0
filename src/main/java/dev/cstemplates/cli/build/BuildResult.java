package dev.cstemplates.cli.build;

import dev.cstemplates.artifact.Artifact;
import dev.cstemplates.core.Failure;
import org.jspecify.annotations.Nullable;

/**
 * How one build ended.
 *
 * @param definition its id
 * @param phasesRun how many phases had to run; 0 if everything was up to date
 * @param artifact what it created or found; null if it failed, stopped earlier, or ran on another host
 * @param failure why it failed; null if it did not
 */
public record BuildResult(
        String definition,
        int phasesRun,
        @Nullable Artifact artifact,
        @Nullable Failure failure) {

    /** The same with another failure: publishing the artifact. */
    BuildResult failedBy(Failure later) {
        return new BuildResult(definition, phasesRun, artifact, later);
    }
}
