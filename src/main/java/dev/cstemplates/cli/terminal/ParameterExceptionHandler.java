package dev.cstemplates.cli.terminal;

import dev.cstemplates.core.Failure;
import picocli.CommandLine;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Answers a command line that can't be understood: what is wrong, what may have been meant, where the help is. */
public final class ParameterExceptionHandler implements IParameterExceptionHandler {

    @Override
    public int handleParseException(ParameterException problem, String[] args) {
        var command = problem.getCommandLine();
        var err = command.getErr();
        if (args.length == 0) {
            command.usage(err, CommandLine.Help.Ansi.OFF);
            return Failure.Kind.USAGE.exitCode();
        }
        err.println("error: " + message(problem));
        if (!UnmatchedArgumentException.printSuggestions(problem, err)) {
            err.print("Usage: " + command.getHelp().synopsis("Usage: ".length()));
        }
        err.println("Run '" + command.getCommandSpec().qualifiedName() + " --help' to see how it is used.");
        err.flush();
        return Failure.Kind.USAGE.exitCode();
    }

    private static String message(ParameterException problem) {
        if (problem instanceof UnmatchedArgumentException unmatched
                && !unmatched.isUnknownOption()
                && !problem.getCommandLine().getSubcommands().isEmpty()) {
            return "there is no command '" + unmatched.getUnmatched().getFirst() + "'";
        }
        return String.valueOf(problem.getMessage());
    }
}
