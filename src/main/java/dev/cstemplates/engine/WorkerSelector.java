package dev.cstemplates.engine;

/**
 * Which workers may take a build. A worker takes what is routed to something that it offers: an architecture with an accelerator, its
 * host's name, a label that it was given, or the one command that waits for the build.
 */
public final class WorkerSelector {

    private static final String TASK = "build@";
    private static final String COMMAND = "command-";

    private WorkerSelector() {}

    /** To hosts that run guests of an architecture with an accelerator: {@code x86_64-kvm}. */
    public static String machine(String architecture, String accelerator) {
        return architecture + "-" + accelerator;
    }

    /** To one host. */
    public static String host(String name) {
        return "host-" + name;
    }

    /** To the worker within one command only. */
    public static String command(WorkerName worker) {
        return COMMAND + worker;
    }

    /** Whether only one command would take it. */
    public static boolean isCommand(String route) {
        return route.startsWith(COMMAND);
    }

    /** The process that a {@link #command} route leads to. */
    static WorkerName workerOf(String route) {
        return WorkerName.parse(route.substring(COMMAND.length()));
    }

    /** The queue's own name for a route. */
    static String task(String route) {
        return TASK + route;
    }
}
