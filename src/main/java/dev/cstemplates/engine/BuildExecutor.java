package dev.cstemplates.engine;

/** What a worker does with a build; the engine does not know what that is. */
@FunctionalInterface
public interface BuildExecutor {

    /**
     * Runs a build on the calling thread, which is interrupted when the build has to stop. Whatever is thrown ends the build; see {@link
     * BuildLease#failure}.
     */
    void run(BuildLease lease);
}
