/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.validation.offline;

import dev.cstemplates.validation.target.ValidationTarget;
import java.nio.file.Path;
import java.util.Set;

/**
 * A disk to check offline.
 *
 * @param scripts names of the scripts to run, for example {@code common/identity.sh}; empty for all
 * @param workDir for temporary files; created if missing
 * @param log file that libguestfs's output is appended to
 */
public record OfflineRequest(ValidationTarget target, Set<String> scripts, Path workDir, Path log) {

    public OfflineRequest {
        scripts = Set.copyOf(scripts);
    }

    /**
     * A request that runs all checks.
     *
     * @param name of the log and the work directory
     */
    public static OfflineRequest allChecks(ValidationTarget target, String name, Path scratch, Path logs) {
        return new OfflineRequest(target, Set.of(), scratch.resolve(name), logs.resolve(name + ".log"));
    }

    /** The same with only these scripts. */
    public OfflineRequest only(Set<String> names) {
        return new OfflineRequest(target, names, workDir, log);
    }
}
