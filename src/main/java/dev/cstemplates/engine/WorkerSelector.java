package dev.cstemplates.engine;

/**
 * Names of queues: which workers may take a build. A worker serves the queues of what it offers: an architecture with an accelerator, its
 * host's name, its labels. A command that builds by itself has a queue of its own.
 */
public final class WorkerSelector {

    private static final String TASK = "build@";
    private static final String COMMAND = "command-";

    private WorkerSelector() {}

    /** Hosts that run guests of an architecture with an accelerator: {@code x86_64-kvm}. */
    public static String machine(String architecture, String accelerator) {
        return architecture + "-" + accelerator;
    }

    /** One host. */
    public static String host(String name) {
        return "host-" + name;
    }

    /** The worker within one command. */
    public static String command(WorkerName worker) {
        return COMMAND + worker;
    }

    /** Whether only one command takes it. */
    public static boolean isCommand(String queue) {
        return queue.startsWith(COMMAND);
    }

    /** The process of a {@link #command} queue. */
    static WorkerName workerOf(String queue) {
        return WorkerName.parse(queue.substring(COMMAND.length()));
    }

    /** db-scheduler's name of the task. */
    static String task(String queue) {
        return TASK + queue;
    }
}
