package dev.cstemplates.publish;

/** The state of a published version, by the decisions in its tags. */
public enum ReleaseState {
    /** Published, never promoted. */
    CANDIDATE,
    /** The version that users are meant to choose. */
    CURRENT,
    /** Was current until another one was promoted. */
    FORMER,
    /** Was promoted, then rolled back. */
    WITHDRAWN,
    /** To be deleted by the next prune. */
    RETIRED;

    /** Whether a command may choose such a version by itself. */
    boolean isOffered() {
        return this != WITHDRAWN && this != RETIRED;
    }
}
