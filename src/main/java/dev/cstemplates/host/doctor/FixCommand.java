package dev.cstemplates.host.doctor;

import dev.cstemplates.host.process.Command;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One command that gives a host something it lacks.
 *
 * @param argv program and arguments
 * @param asRoot whether it needs the rights of root; otherwise it is for the user that runs cst
 */
public record FixCommand(List<String> argv, boolean asRoot) {

    public FixCommand {
        argv = List.copyOf(argv);
    }

    public static FixCommand asRoot(List<String> argv) {
        return new FixCommand(argv, true);
    }

    public static FixCommand asRoot(String... argv) {
        return new FixCommand(List.of(argv), true);
    }

    public static FixCommand asUser(String... argv) {
        return new FixCommand(List.of(argv), false);
    }

    /** The command as this user has to run it. */
    public Command command(boolean userIsRoot) {
        return asRoot && !userIsRoot
                ? Command.of(Stream.concat(Stream.of("sudo"), argv.stream()).toList())
                : Command.of(argv);
    }

    /** All of {@code steps} in one line that can be pasted into a shell. */
    public static String line(List<FixCommand> steps, boolean userIsRoot) {
        return steps.stream().map(step -> step.command(userIsRoot).toString()).collect(Collectors.joining(" && "));
    }
}
