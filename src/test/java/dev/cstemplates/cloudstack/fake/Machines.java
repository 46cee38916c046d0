/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.cloudstack.fake;

import java.nio.file.Path;
import java.util.List;

/** The fake's hypervisor, which may really run instances. */
public interface Machines {

    /**
     * A guest to start.
     *
     * @param disk the template's file, which must not be changed
     * @param rootBytes size of the instance's root disk
     * @param password that the guest can fetch; empty for none
     */
    record Start(
            String instanceId,
            String name,
            Path disk,
            long rootBytes,
            String userData,
            List<String> publicKeys,
            String password) {}

    /** Starts a guest and returns its address. */
    String start(Start start);

    /** Shuts the guest down, or powers it off if {@code forced}. */
    void stop(String instanceId, boolean forced);

    /** Deletes the guest's disk. */
    void expunge(String instanceId);

    /** Runs nothing: instances only have states. */
    Machines NONE = new Machines() {
        @Override
        public String start(Start start) {
            return "";
        }

        @Override
        public void stop(String instanceId, boolean forced) {}

        @Override
        public void expunge(String instanceId) {}
    };
}
