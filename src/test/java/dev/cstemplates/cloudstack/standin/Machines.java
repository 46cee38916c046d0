package dev.cstemplates.cloudstack.standin;

import java.nio.file.Path;
import java.util.List;

/** What really runs an instance, if anything does: the stand-in's hypervisor. */
public interface Machines {

    /**
     * What a host is asked to start.
     *
     * @param disk the template's file, to be left as it is
     * @param rootBytes what the instance's root disk has
     * @param password that waits for the guest; empty for none
     */
    record Start(
            String instanceId,
            String name,
            Path disk,
            long rootBytes,
            String userData,
            List<String> publicKeys,
            String password) {}

    /** Starts a guest; returns the address at which it is reached from here. */
    String start(Start start);

    /** Asks the guest to shut down, or turns it off. */
    void stop(String instanceId, boolean forced);

    /** The guest's disk is gone. */
    void expunge(String instanceId);

    /** Nothing runs: instances have states only. */
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
