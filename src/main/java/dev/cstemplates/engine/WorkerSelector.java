/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.engine;

/**
 * Names of queues, which select the workers that may claim a build. A worker serves the queues of its architectures and accelerators, of
 * its host's name, and of its labels. A command that runs builds itself has a separate queue.
 */
public final class WorkerSelector {

    private static final String TASK = "build@";
    private static final String COMMAND = "command-";

    private WorkerSelector() {}

    /** Hosts that run guests of an architecture with an accelerator: {@code x86_64-kvm}. */
    public static String machine(String architecture, String accelerator) {
        return architecture + "-" + accelerator;
    }

    /** The workers of one host. */
    public static String host(String name) {
        return "host-" + name;
    }

    /** The worker inside one command. */
    public static String command(WorkerName worker) {
        return COMMAND + worker;
    }

    /** Whether it is the queue of one command. */
    public static boolean isCommand(String queue) {
        return queue.startsWith(COMMAND);
    }

    /** The process of a {@link #command} queue. */
    static WorkerName workerOf(String queue) {
        return WorkerName.parse(queue.substring(COMMAND.length()));
    }

    /** The name of the task in db-scheduler. */
    static String task(String queue) {
        return TASK + queue;
    }
}
