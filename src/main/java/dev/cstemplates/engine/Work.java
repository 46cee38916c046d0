package dev.cstemplates.engine;

/** What a worker does with a build; the engine does not know what that is. */
@FunctionalInterface
public interface Work {

    /**
     * Does a build to its end, on the calling thread, which is interrupted when it has to stop.
     *
     * @return how many phases had to run
     * @throws dev.cstemplates.core.Failure what ended it
     */
    int run(Assignment assignment);
}
