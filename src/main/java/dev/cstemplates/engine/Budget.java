/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.engine;

import dev.cstemplates.core.ByteSize;
import dev.cstemplates.host.Host;
import dev.cstemplates.host.HostFacts;
import dev.cstemplates.host.MemoryInUse;
import java.nio.file.Path;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The resources of a host that builds may use: a limit of the user, else what is available. */
public interface Budget {

    /**
     * What all builds together may use at present.
     *
     * @param builders ids of the processes whose builds already use a part
     */
    ResourceRequirements now(Set<Long> builders);

    /** A fixed budget, independent of the host. */
    static Budget of(ResourceRequirements fixed) {
        return _ -> fixed;
    }

    /**
     * The resources of the host that no other program uses.
     *
     * @param home the directory that builds write to
     * @param memory null to measure it
     * @param cpus null for all
     * @param disk null for the free space
     */
    static Budget measured(
            Host host, Path home, @Nullable ByteSize memory, @Nullable Integer cpus, @Nullable ByteSize disk) {
        return builders -> {
            var facts = HostFacts.of(host);
            return new ResourceRequirements(
                    memory != null ? memory : facts.memoryAvailable().plus(heldBy(builders)),
                    cpus != null ? cpus : facts.processors(),
                    disk != null ? disk : HostFacts.diskFree(home));
        };
    }

    private static ByteSize heldBy(Set<Long> builders) {
        return builders.stream().map(MemoryInUse::ofDescendants).reduce(new ByteSize(0), ByteSize::plus);
    }
}
