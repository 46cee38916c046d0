/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.engine;

import dev.cstemplates.core.ByteSize;

/**
 * The resources that a phase requires while it runs, or that a host has.
 *
 * @param memory for guests and tools
 * @param cpus processors that it keeps busy
 * @param disk space that it may fill
 */
public record ResourceRequirements(ByteSize memory, int cpus, ByteSize disk) {

    public static final ResourceRequirements NONE = new ResourceRequirements(new ByteSize(0), 0, new ByteSize(0));

    /** With at most this many processors: they can be shared, memory and disk cannot. */
    ResourceRequirements withAtMost(int processors) {
        return new ResourceRequirements(memory, Math.min(cpus, processors), disk);
    }

    /** Whether these and the resources that others hold fit into {@code budget}. */
    boolean fits(ResourceRequirements others, ResourceRequirements budget) {
        return shortage(others, budget).isEmpty();
    }

    /** The first resource of which too little is left, with the numbers; empty if everything fits. */
    String shortage(ResourceRequirements others, ResourceRequirements budget) {
        var all = plus(others);
        if (all.memory.compareTo(budget.memory) > 0) {
            return "memory: requires %s, other builds hold %s of %s".formatted(memory, others.memory, budget.memory);
        }
        if (all.cpus > budget.cpus) {
            return "processors: requires %d, other builds hold %d of %d".formatted(cpus, others.cpus, budget.cpus);
        }
        return all.disk.compareTo(budget.disk) > 0
                ? "disk: requires %s, other builds hold %s of %s".formatted(disk, others.disk, budget.disk)
                : "";
    }

    public ResourceRequirements plus(ResourceRequirements more) {
        return new ResourceRequirements(memory.plus(more.memory), cpus + more.cpus, disk.plus(more.disk));
    }
}
