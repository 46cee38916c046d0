/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.publish;

/** The state of a published version, by the decisions in its tags. */
public enum ReleaseState {
    /** Published, never promoted. */
    CANDIDATE,
    /** The version that users should choose. */
    CURRENT,
    /** Was current until another one was promoted. */
    FORMER,
    /** Was promoted, then rolled back. */
    WITHDRAWN,
    /** Another template of the same version is the one that counts; to be deleted by the next prune. */
    DUPLICATE,
    /** To be deleted by the next prune. */
    RETIRED;

    /** Whether commands may choose such a version by default. */
    boolean isOffered() {
        return this != WITHDRAWN && this != RETIRED && this != DUPLICATE;
    }
}
