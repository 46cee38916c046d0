package dev.cstemplates.publish;

/** What a published version is, by the decisions in its tags. */
public enum ReleaseState {
    /** Published, never promoted. */
    CANDIDATE,
    /** The one that users are meant to take. */
    CURRENT,
    /** Was current, until a newer one was promoted. */
    FORMER,
    /** Was promoted, and rolled back. */
    WITHDRAWN,
    /** Meant to go. */
    RETIRED
}
