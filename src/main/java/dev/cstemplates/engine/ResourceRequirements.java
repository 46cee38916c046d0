package dev.cstemplates.engine;

import dev.cstemplates.core.ByteSize;

/**
 * What a phase takes of its host while it runs; also what a host has to give.
 *
 * @param memory of guests and tools
 * @param cpus processors that it keeps busy
 * @param disk what it may write
 */
public record ResourceRequirements(ByteSize memory, int cpus, ByteSize disk) {

    public static final ResourceRequirements NONE = new ResourceRequirements(new ByteSize(0), 0, new ByteSize(0));

    /** The same, without asking for more processors than there are: they are shared, memory and disk are not. */
    ResourceRequirements withAtMost(int processors) {
        return new ResourceRequirements(memory, Math.min(cpus, processors), disk);
    }

    /** Whether it and what others hold are together no more than {@code budget}. */
    boolean fitsBeside(ResourceRequirements others, ResourceRequirements budget) {
        return lacksBeside(others, budget).isEmpty();
    }

    /** What is too scarce for it beside what others hold: {@code memory}, {@code processors} or {@code disk}; empty where it fits. */
    String lacksBeside(ResourceRequirements others, ResourceRequirements budget) {
        var all = plus(others);
        if (all.memory.compareTo(budget.memory) > 0) {
            return "memory: %s are needed, others hold %s of %s".formatted(memory, others.memory, budget.memory);
        }
        if (all.cpus > budget.cpus) {
            return "processors: %d are needed, others keep %d of %d busy".formatted(cpus, others.cpus, budget.cpus);
        }
        return all.disk.compareTo(budget.disk) > 0
                ? "disk: %s are needed, others may fill %s of %s".formatted(disk, others.disk, budget.disk)
                : "";
    }

    public ResourceRequirements plus(ResourceRequirements more) {
        return new ResourceRequirements(memory.plus(more.memory), cpus + more.cpus, disk.plus(more.disk));
    }
}
