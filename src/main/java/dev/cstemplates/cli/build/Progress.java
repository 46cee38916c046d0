/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.cli.build;

import dev.cstemplates.cli.terminal.CheckoutPaths;
import dev.cstemplates.cli.terminal.Output;
import java.io.Console;
import java.io.IOException;
import java.time.Clock;
import java.util.Optional;
import org.jline.terminal.TerminalBuilder;

/** Chooses how builds are shown: one live line per build on a terminal, else plain lines. */
final class Progress {

    private Progress() {}

    /** @param quiet keeps standard output for the result */
    static BuildProgress open(Output output, Clock clock, boolean quiet) {
        if (!quiet && isTerminal()) {
            try {
                var terminal = TerminalBuilder.builder()
                        .system(true)
                        .nativeSignals(false)
                        .build();
                return new LiveProgress(terminal, CheckoutPaths.ofThisProcess()::replaceIn, clock);
            } catch (IOException e) {
                // The terminal cannot rewrite lines.
            }
        }
        return new PlainProgress(quiet ? output.err() : output.out(), clock);
    }

    static boolean isTerminal() {
        return Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent();
    }
}
