/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.cli.terminal;

import dev.cstemplates.core.ErrorBoundary;
import java.util.function.BooleanSupplier;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/** Prints what a command threw, as {@link ErrorBoundary} reports it, and chooses the exit code. */
public final class ExceptionHandler implements IExecutionExceptionHandler {

    private final ErrorBoundary errors;
    private final Output output;
    private final BooleanSupplier stacktrace;

    /** @param stacktrace whether the user wants to see stack traces */
    public ExceptionHandler(ErrorBoundary errors, Output output, BooleanSupplier stacktrace) {
        this.errors = errors;
        this.output = output;
        this.stacktrace = stacktrace;
    }

    @Override
    public int handleExecutionException(Exception thrown, CommandLine command, ParseResult parsed) {
        return print(thrown);
    }

    /** Returns the exit code. */
    public int print(Throwable thrown) {
        var failure = errors.failure(thrown);
        output.error(failure.message());
        if (!failure.remedy().isEmpty()) {
            output.err().println(failure.remedy());
        }
        if (stacktrace.getAsBoolean()) {
            output.err().print(ErrorBoundary.stackTrace(thrown));
        }
        output.err().flush();
        return failure.kind().exitCode();
    }
}
