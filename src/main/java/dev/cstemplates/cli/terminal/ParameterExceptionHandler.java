/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.cli.terminal;

import dev.cstemplates.core.Failure;
import picocli.CommandLine;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Reports a wrong command line: what is wrong, similar names, and how to get help. */
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
        err.println("Run '" + command.getCommandSpec().qualifiedName() + " --help' for its options.");
        err.flush();
        return Failure.Kind.USAGE.exitCode();
    }

    private static String message(ParameterException problem) {
        if (problem instanceof UnmatchedArgumentException unmatched
                && !unmatched.isUnknownOption()
                && !problem.getCommandLine().getSubcommands().isEmpty()) {
            return "unknown command '" + unmatched.getUnmatched().getFirst() + "'";
        }
        return String.valueOf(problem.getMessage());
    }
}
