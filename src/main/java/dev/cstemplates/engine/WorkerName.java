/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.engine;

import dev.cstemplates.core.Sha256;
import dev.cstemplates.host.process.ProcessId;
import java.util.Optional;

/**
 * The name of a process that runs builds. Other processes of the same host can check whether it is alive.
 *
 * @param host name of its host
 * @param process distinct from later processes with the same number
 */
public record WorkerName(String host, ProcessId process) {

    /** This process. */
    public static WorkerName ofThisProcess(String host) {
        return new WorkerName(host, ProcessId.ofThisProcess());
    }

    static WorkerName parse(String text) {
        var slash = text.lastIndexOf('/');
        return Optional.of(text)
                .filter(each -> slash > 0)
                .flatMap(each -> ProcessId.parse(each.substring(slash + 1)))
                .map(process -> new WorkerName(text.substring(0, slash), process))
                .orElseThrow(() -> new IllegalArgumentException("Invalid worker name: " + text));
    }

    long pid() {
        return process.pid();
    }

    /** Whether the process is known to be dead; false on other hosts, which cannot check that. */
    boolean isDeadOn(String thisHost) {
        return host.equals(thisHost) && !process.isAlive();
    }

    /** The name under which db-scheduler records that it picked an execution: it keeps only 50 characters of a longer one. */
    String schedulerName() {
        return Sha256.of(toString()).hex().substring(0, 40);
    }

    /** {@code kvm-7/4711-123456-0b9fbf30-…}. */
    @Override
    public String toString() {
        return host + "/" + process;
    }
}
