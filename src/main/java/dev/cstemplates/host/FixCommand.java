package dev.cstemplates.host;

import dev.cstemplates.host.process.Command;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One command that fixes something on this host.
 *
 * @param argv program and arguments
 * @param asRoot whether it requires root; otherwise it runs as the user of cst
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

    /** The command as this user runs it, with sudo if necessary. */
    public Command command(boolean userIsRoot) {
        return asRoot && !userIsRoot
                ? Command.of(Stream.concat(Stream.of("sudo"), argv.stream()).toList())
                : Command.of(argv);
    }

    /** All of {@code commands} in one line for a shell. */
    public static String line(List<FixCommand> commands, boolean userIsRoot) {
        return commands.stream()
                .map(each -> each.command(userIsRoot).toString())
                .collect(Collectors.joining(" && "));
    }
}
