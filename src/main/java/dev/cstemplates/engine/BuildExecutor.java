/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.engine;

/** Runs builds for a worker. The engine does not know what a build does. */
@FunctionalInterface
public interface BuildExecutor {

    /**
     * Runs a build on the calling thread, which is interrupted when the build must stop. Anything thrown ends the build; see {@link
     * BuildLease#failure}.
     */
    void run(BuildLease lease);
}
