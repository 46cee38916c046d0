package dev.cstemplates.host;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One command that gives a host something it lacks.
 *
 * @param argv program and arguments
 * @param asRoot whether it needs the rights of root; otherwise it is for the user that runs cst
 */
public record MendingStep(List<String> argv, boolean asRoot) {

    public MendingStep {
        argv = List.copyOf(argv);
    }

    public static MendingStep asRoot(List<String> argv) {
        return new MendingStep(argv, true);
    }

    public static MendingStep asRoot(String... argv) {
        return new MendingStep(List.of(argv), true);
    }

    public static MendingStep asUser(String... argv) {
        return new MendingStep(List.of(argv), false);
    }

    /** The command as this user has to run it. */
    public Command command(boolean userIsRoot) {
        return asRoot && !userIsRoot
                ? Command.of(Stream.concat(Stream.of("sudo"), argv.stream()).toList())
                : Command.of(argv);
    }

    /** All of {@code steps} in one line that can be pasted into a shell. */
    public static String line(List<MendingStep> steps, boolean userIsRoot) {
        return steps.stream().map(step -> step.command(userIsRoot).toString()).collect(Collectors.joining(" && "));
    }
}
